// Rates a call with one click.

import type { Session } from '@orleanscalls/client';
import { h, icon, iconButton } from './dom';
import { t } from './words/table';

const staysMs = 20_000;

export class Rate {
  readonly element = h('div', { class: 'rating', role: 'group', 'aria-label': t('rate'), 'data-testid': 'rate', hidden: true });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly failed: (error: unknown) => void, private readonly thanks: (text: string) => void) {}

  ask(session: Session, who: string): void {
    const star = (stars: 1 | 2 | 3 | 4 | 5) => h('button', {
      type: 'button', class: 'round star', 'data-testid': `rate-${stars}`, 'aria-label': t('starsCount', { n: stars }),
      title: t('starsCount', { n: stars }),
      onclick: () => void this.send(session, stars),
    }, icon('star'));
    this.element.replaceChildren(
      h('span', {}, t('howWasCall', { who })), h('span', { class: 'stars' }, ...([1, 2, 3, 4, 5] as const).map(star)),
      iconButton('close', t('close'), { class: 'round quiet', onclick: () => this.hide() }));
    this.element.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), staysMs);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  private async send(session: Session, stars: 1 | 2 | 3 | 4 | 5): Promise<void> {
    this.hide();
    try {
      await session.rate(stars);
      this.thanks(t('thanks'));
    } catch (error) {
      this.failed(error);
    }
  }
}
