// One touch that says how a call was.

import type { Session } from '@orleanscalls/client';
import { rating } from './callwords';
import { h } from './dom';

const staysMs = 20_000;

export class Rate {
  readonly element = h('div', { class: 'rate', role: 'group', 'aria-label': rating.ask, 'data-testid': 'rate', hidden: true });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly failed: (error: unknown) => void, private readonly thanks: (text: string) => void) {}

  ask(session: Session): void {
    const star = (stars: 1 | 2 | 3 | 4 | 5) => h('button', {
      type: 'button', class: 'star', 'data-testid': `rate-${stars}`, 'aria-label': rating.star(stars), title: rating.star(stars),
      onclick: () => void this.send(session, stars),
    }, '★');
    this.element.replaceChildren(h('span', {}, rating.ask), ...([1, 2, 3, 4, 5] as const).map(star));
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
      this.thanks(rating.thanks);
    } catch (error) {
      this.failed(error);
    }
  }
}
