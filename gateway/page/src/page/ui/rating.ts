// Asks how a call was, in one touch, and goes away by itself.

import { h, icon, iconButton } from '../dom';
import { t } from '../words/table';

const staysMs = 30_000;
const stars = [1, 2, 3, 4, 5] as const;

export class Rating {
  readonly element = h('div', { class: 'rating', 'data-testid': 'rating', hidden: true });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks about a call; `rate` is called once, with 1 to 5, or never. */
  ask(who: string, rate: (stars: number) => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), staysMs);
    const group = h('div', { class: 'stars', role: 'group', 'aria-label': t('rate') }, ...stars.map(n =>
      h('button', { type: 'button', class: 'round star', 'data-testid': `rate-${n}`, 'aria-label': t('starsCount', { n }), onclick: () => {
        rate(n);
        this.thank();
      } }, icon('star'))));
    this.element.replaceChildren(h('span', {}, t('howWasCall', { who })), group, iconButton('close', t('close'), { class: 'round quiet', onclick: () => this.close() }));
    this.element.hidden = false;
  }

  close(): void {
    clearTimeout(this.timer);
    this.element.hidden = true;
  }

  private thank(): void {
    clearTimeout(this.timer);
    this.element.replaceChildren(h('span', { role: 'status' }, t('thanks')));
    this.timer = setTimeout(() => this.close(), 2_500);
  }
}
