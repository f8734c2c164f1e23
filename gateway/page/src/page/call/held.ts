// Calls that wait while another one goes on: a line each above the pictures.

import { h } from '../dom';
import { t } from '../words/table';

export interface HeldCall {
  callId: string;
  /** Whom it is with. */
  who: string;
  swap(): void;
  end(): void;
}

export class HeldBar {
  readonly element = h('div', { class: 'held-bar' });
  private key = '';

  show(calls: HeldCall[]): void {
    const key = calls.map(({ callId, who }) => `${callId} ${who}`).join('\n');
    if (key === this.key)
      return;
    this.key = key;
    this.element.replaceChildren(...calls.map(({ callId, who, swap, end }) => h('div', { class: 'held', role: 'status', 'data-testid': `held-${callId}` },
      h('span', {}, t('onHold', { who })),
      h('button', { type: 'button', class: 'soft small', 'data-testid': 'held-swap', onclick: swap }, t('swap')),
      h('button', { type: 'button', class: 'soft small', 'data-testid': 'held-end', onclick: end }, t('hangUp')))));
  }
}
