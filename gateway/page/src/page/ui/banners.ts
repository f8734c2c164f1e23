// Banners across the top that stay while their condition holds.

import { h, iconButton } from '../dom';
import { t } from '../words/table';

export interface Banner {
  text: string;
  /** `warn` by default. */
  kind?: 'info' | 'warn' | 'error';
  /** One action. */
  action?: { label: string; run(): void };
  /** Called when the user closes the banner; without it the banner cannot be closed. */
  dismissed?(): void;
}

export class Banners {
  readonly element = h('div', { class: 'banners' });
  private readonly shown = new Map<string, { element: HTMLElement; key: string }>();

  /** Shows a banner, replacing one with the same id. Its test id is `<id>-banner`. */
  set(id: string, banner: Banner): void {
    const key = [banner.text, banner.kind, banner.action?.label].join('\n');
    const before = this.shown.get(id);
    if (before?.key === key)
      return;
    const { text, kind = 'warn', action, dismissed } = banner;
    const element = h(
      'div', { class: `banner ${kind}`, role: kind === 'error' ? 'alert' : 'status', 'data-testid': `${id}-banner` },
      h('span', {}, text),
      action
        && h(
          'button', { type: 'button', class: 'soft small', 'data-testid': `${id}-banner-action`, onclick: () => action.run() },
          action.label),
      dismissed && iconButton('close', t('close'), { class: 'round small quiet', onclick: () => {
        this.clear(id);
        dismissed();
      } }));
    if (before)
      before.element.replaceWith(element);
    else
      this.element.append(element);
    this.shown.set(id, { element, key });
  }

  clear(id: string): void {
    this.shown.get(id)?.element.remove();
    this.shown.delete(id);
  }
}
