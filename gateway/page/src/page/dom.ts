// The little that is needed to build elements without a framework.

type Child = Node | string | undefined | null | false;

/** An element: attributes by name, `onclick` and the like as listeners, booleans as presence, undefined left out. */
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

/** Changes a text only when it differs, so that screen readers do not read it again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text)
    element.textContent = text;
}

const paths = {
  phone: 'M5 4h4l1.6 4.6-2.3 1.7a12 12 0 0 0 5.4 5.4l1.7-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5C10.6 20 4 13.4 3.5 5.6A1.5 1.5 0 0 1 5 4Z',
  hangup: 'M3.2 14.6c5-4.8 12.6-4.8 17.6 0a1.2 1.2 0 0 1 0 1.8l-1.7 1.6a1.2 1.2 0 0 1-1.5.1l-2.4-1.7a1.2 1.2 0 0 1-.5-1v-1.6a9 9 0 0 0-5.4 0v1.6a1.2 1.2 0 0 1-.5 1l-2.4 1.7a1.2 1.2 0 0 1-1.5-.1l-1.7-1.6a1.2 1.2 0 0 1 0-1.8Z',
  video: 'M4 7h9.5A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 7Zm11 4 6-3.2v8.4L15 13',
  videoOff: 'M4 7h.8M9 7h4.5A1.5 1.5 0 0 1 15 8.5V13M15 11l6-3.2v8.4l-4-2.1M14.3 16.8c-.2.1-.5.2-.8.2H4a1.5 1.5 0 0 1-1.5-1.5v-7M3 3l18 18',
  mic: 'M12 3.5A2.5 2.5 0 0 1 14.5 6v5.5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  micOff: 'M14.5 9.5V6a2.5 2.5 0 0 0-4.9-.7M9.5 9.5v2a2.5 2.5 0 0 0 3.4 2.3M6 11.5a6 6 0 0 0 9.2 5M18 11.5c0 .8-.2 1.6-.4 2.3M12 17.5V21M3.5 3.5l17 17',
  addPerson: 'M10 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM3.5 20c.5-3.4 3.2-5.5 6.5-5.5 1.6 0 3 .5 4.2 1.300M18 14v6M15 17h6',
  bellOff: 'M9 5.300A5 5 0 0 1 17 9.500c0 2 .4 3.5 1 4.700M7 10c0 4-1.5 5.5-2.5 6.500H16M10.5 19.500a1.8 1.8 0 0 0 3 0M3.5 3.500l17 17',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.700v4.600M9 14.700v4.6',
  out: 'M7 17 17 7M9 7h8v8',
  in: 'M17 7 7 17M15 17H7V9',
  missed: 'M4 7l7 7 9-9M20 10V5h-5',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  screen: 'M3.5 5h17v11.5h-17zM8.5 20h7M12 13.5v-5M9.500 11 12 8.500l2.500 2.500',
  screenOff: 'M3.5 5h17v11.5h-17zM8.5 20h7M9.500 8.300l5 5M14.500 8.300l-5 5',
  signal: 'M5 19v-4M10 19V12M15 19V9M20 19V5',
  leave: 'M14 5H6v14h8M11 12h9M17 9l3 3-3 3',
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon only; its label is what it is called. */
export function iconButton(name: IconName, label: string, attributes: Record<string, unknown> = {}): HTMLButtonElement {
  return h('button', { type: 'button', 'aria-label': label, title: label, ...attributes }, icon(name));
}

export function initials(name: string): string {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, ' ').trim().split(/\s+/);
  return (words.slice(0, 2).map(word => [...word][0] ?? '').join('') || '?').toUpperCase();
}

/** A circle with initials, in a colour of the person's own. */
export function avatar(userId: string, name: string): HTMLElement {
  const circle = h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(name));
  let hash = 0;
  for (const char of userId)
    hash = (hash * 31 + char.codePointAt(0)!) % 360;
  circle.style.setProperty('--hue', String(hash));
  return circle;
}
