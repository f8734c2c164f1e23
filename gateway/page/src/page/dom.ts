// Builds elements without a framework.

type Child = Node | string | undefined | null | false;

/** Creates an element: attributes by name, `onclick` and the like as listeners, booleans as presence, undefined omitted. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, unknown> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on'))
      element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true)
      element.setAttribute(name, '');
    else if (value !== undefined && value !== false && value !== null)
      element.setAttribute(name, String(value));
  }
  element.append(...children.filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

/** Changes a text only when it differs, so that screen readers do not repeat it. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text)
    element.textContent = text;
}

export { changeIcon, icon, iconButton, setIcon } from './ui/icons';
export type { IconName } from './ui/icons';

export function initials(name: string): string {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, ' ').trim().split(/\s+/);
  return (words.slice(0, 2).map(word => [...word][0] ?? '').join('') || '?').toUpperCase();
}

/** A circle with initials, in a colour derived from the person. */
export function avatar(userId: string, name: string): HTMLElement {
  const circle = h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(name));
  let hash = 0;
  for (const char of userId)
    hash = (hash * 31 + char.codePointAt(0)!) % 360;
  circle.style.setProperty('--hue', String(hash));
  return circle;
}
