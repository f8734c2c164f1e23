// Shows the connection's state when it matters.

import type { ConnectionState } from '@orleanscalls/client';
import { h } from './dom';
import type { Banners } from './ui/banners';
import { t } from './words/table';

/** A first connect that takes less is not reported. */
const quietMs = 1_000;

export class Link {
  /** Shown while another tab or window uses this device id. */
  readonly displaced: HTMLDialogElement;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: () => void, private readonly banners: () => Banners) {
    this.displaced = h('dialog', { class: 'incoming', 'aria-labelledby': 'displaced-title', 'data-testid': 'displaced' },
      h('h2', { id: 'displaced-title' }, t('displacedTitle')),
      h('p', { class: 'muted' }, t('displacedText')),
      h('button', { type: 'button', class: 'primary wide', onclick: connect }, t('useHere')));
  }

  show(state: ConnectionState): void {
    clearTimeout(this.timer);
    const text = state === 'reconnecting' ? t('reconnecting') : state === 'connecting' ? t('connecting') : undefined;
    if (text)
      this.timer = setTimeout(() => this.banners().set('connection', { text }), state === 'connecting' ? quietMs : 0);
    else
      this.banners().clear('connection');
    if (state === 'displaced')
      this.displaced.showModal();
    else if (this.displaced.open)
      this.displaced.close();
  }
}
