// The page's layout: a bar above, a list beside the call or the recent calls, and on a phone one of them at a time.

import { h, icon } from './dom';
import type { IconName } from './dom';
import { keep, kept } from './preferences';
import { Banners } from './ui/banners';
import { t } from './words/table';

export interface FrameParts {
  me: HTMLElement;
  buttons: HTMLElement[];
  people: HTMLElement;
  /** Banners across the top. */
  banners: HTMLElement[];
  /** The wide part: the recent calls, or the call. */
  column: HTMLElement[];
  /** Dialogs and messages, on top of the page. */
  rest: HTMLElement[];
  showSettings(): void;
}

type View = 'people' | 'calls';
const isNarrow = matchMedia('(max-width: 860px)');

export class Frame {
  readonly element: HTMLElement;
  readonly banners = new Banners();
  private readonly tabs: Record<View, HTMLButtonElement>;
  private readonly badge = h('span', { class: 'badge', 'data-testid': 'nav-badge', hidden: true });

  constructor(parts: FrameParts) {
    const tab = (name: IconName, label: string, testId: string, run: () => void, ...extra: HTMLElement[]) =>
      h(
        'button', { type: 'button', class: 'nav', 'data-testid': testId, onclick: run },
        h('span', { class: 'nav-icon' }, icon(name), ...extra), h('span', {}, label));
    this.tabs = {
      people: tab('people', t('people'), 'nav-people', () => this.view('people')),
      calls: tab('recents', t('calls'), 'nav-calls', () => this.view('calls'), this.badge),
    };
    this.banners.element.append(...parts.banners);
    this.element = h('div', { class: 'app' },
      h('header', { class: 'top' },
        h('div', { class: 'brand' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), h('h1', {}, 'OrleansCalls')),
        parts.me, ...parts.buttons),
      this.banners.element,
      h('main', { class: 'columns' }, parts.people, h('div', { class: 'column' }, ...parts.column)),
      h('nav', { class: 'tabbar', 'aria-label': t('sections') }, this.tabs.people, this.tabs.calls,
        tab('settings', t('settings'), 'nav-settings', () => parts.showSettings())),
      ...parts.rest);
    this.element.classList.toggle('list-hidden', kept('list') === 'hidden');
    this.view('people');
  }

  /** Which of the two a phone shows. */
  view(view: View): void {
    this.element.dataset['view'] = view;
    for (const [name, button] of Object.entries(this.tabs))
      button.setAttribute('aria-current', name === view ? 'page' : 'false');
  }

  setMissed(count: number): void {
    this.badge.hidden = count === 0;
    this.badge.textContent = String(count);
    this.badge.setAttribute('aria-label', t('missedCount', { n: count }));
  }

  inCall(isIn: boolean): void {
    this.element.classList.toggle('in-call', isIn);
    if (!isIn)
      this.element.classList.remove('call-small');
  }

  /**
   * On a phone minimizes or restores the call; elsewhere hides or shows the list beside it. Returns whether the call is
   * minimized.
   */
  resize(): boolean {
    if (isNarrow.matches)
      return this.element.classList.toggle('call-small');
    keep('list', this.element.classList.toggle('list-hidden') ? 'hidden' : 'shown');
    return false;
  }
}
