// A button that opens a menu.

import { h, icon, iconButton } from '../dom';
import type { IconName } from '../dom';

export interface MenuItem {
  /** Its test id is `menu-<id>`. */
  id: string;
  icon: IconName;
  label: string;
  /** A second line. */
  detail?: string;
  /** Makes it a toggle. */
  checked?: boolean;
  disabled?: boolean;
  run(): void;
}

const gap = 8;

/** A round button; `items` is called at each opening, and an empty result opens nothing. */
export function menuButton(
  name: IconName, label: string, attributes: Record<string, unknown>, items: () => MenuItem[],
): HTMLButtonElement {
  const button = iconButton(name, label, {
    'aria-haspopup': 'menu', 'aria-expanded': 'false', ...attributes, onclick: () => open(button, label, items()),
  });
  return button;
}

/** Opens a menu beside `anchor`, in its window; the focus returns to it. */
export function open(anchor: HTMLElement, label: string, items: MenuItem[]): void {
  if (items.length === 0)
    return;
  const close = () => menu.hidePopover();
  const menu = h(
    'div',
    { class: 'menu', role: 'menu', popover: 'auto', 'aria-label': label, onkeydown: (event: KeyboardEvent) => keys(event, menu) },
    ...items.map(item => h('button', {
      type: 'button', class: 'menu-item', tabindex: -1, disabled: item.disabled, 'data-testid': `menu-${item.id}`,
      role: item.checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      'aria-checked': item.checked === undefined ? undefined : String(item.checked),
      onclick: () => {
        close();
        item.run();
      },
    }, icon(item.icon),
    h(
      'span', { class: 'row-text' }, h('span', {}, item.label),
      item.detail ? h('small', { class: 'muted' }, item.detail) : undefined),
    item.checked ? icon('check') : undefined)));
  // Inside the dialog of the anchor, if any: everything outside an open dialog is inert.
  (anchor.closest('dialog, .call-screen, .panel') ?? anchor.ownerDocument.body).append(menu);
  menu.addEventListener('toggle', event => {
    const isOpen = (event as ToggleEvent).newState === 'open';
    anchor.setAttribute('aria-expanded', String(isOpen));
    if (isOpen)
      return;
    if (!anchor.ownerDocument.activeElement || anchor.ownerDocument.activeElement === anchor.ownerDocument.body)
      anchor.focus();
    menu.remove();
  });
  menu.showPopover();
  place(menu, anchor);
  choices(menu)[0]?.focus();
}

const choices = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('.menu-item:not(:disabled)')];

function keys(event: KeyboardEvent, menu: HTMLElement): void {
  const all = choices(menu);
  const at = all.indexOf(menu.ownerDocument.activeElement as HTMLElement);
  const next = ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 } as Record<string, number>)[event.key];
  if (event.key === 'Tab')
    menu.hidePopover();
  if (next === undefined)
    return;
  event.preventDefault();
  all.at(next % all.length)?.focus();
}

function place(menu: HTMLElement, anchor: HTMLElement): void {
  const view = anchor.ownerDocument.documentElement;
  const at = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + gap + height <= view.clientHeight;
  const left = at.left + width <= view.clientWidth - gap ? at.left : at.right - width;
  menu.style.left = `${Math.max(gap, Math.min(left, view.clientWidth - width - gap))}px`;
  menu.style.top = `${Math.max(gap, below ? at.bottom + gap : at.top - height - gap)}px`;
}
