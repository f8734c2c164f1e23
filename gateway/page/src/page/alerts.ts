// Rings, plays sounds and draws attention according to the current calls.

import type { Session } from '@orleanscalls/client';
import { Attention } from '@orleanscalls/client/browser';
import type { Ringer } from '@orleanscalls/client/browser';
import { h } from './dom';
import { callerName, ringer as ringerOf } from './words';
import { t } from './words/table';

const ringingIcon = 'icons/ringing.svg';

export class Alerts {
  /** Reports that sounds are locked, and offers the interaction that unlocks them. */
  readonly element: HTMLElement;
  private readonly attention: Attention;
  private isDismissed = false;

  constructor(private readonly ringer: Ringer) {
    this.attention = new Attention({ ringingIcon });
    this.element = h('div', { class: 'banner sound-locked', role: 'status', 'data-testid': 'sound-locked', hidden: true },
      h('span', {}, t('soundLocked')),
      h(
        'button',
        { type: 'button', class: 'primary small', 'data-testid': 'sound-unlock', onclick: () => ringer.unlock() }, t('soundOn')),
      h('button', { type: 'button', class: 'soft small', onclick: () => this.dismiss() }, t('notNow')));
    ringer.onState(() => this.showLock());
    this.showLock();
  }

  /** @param live The active call, which is not held. */
  update(ringing: Session | undefined, live: Session | undefined): void {
    const isReached = live?.place === 'here' && !live.isIncoming && !live.call.answeredAt
      && live.call.legs.some(leg => leg.state === 'ringing');
    const rings = ringing && !ringing.silenced ? live ? 'waiting' : 'ring' : undefined;
    this.ringer.play(rings ?? (isReached ? 'ringback' : undefined));
    this.attention.show(ringing && {
      callId: ringing.callId,
      title: callerName(ringing.call),
      body: t(ringing.call.media === 'video' ? 'incomingVideoCall' : 'incomingCall'),
      answer: t('answerButton'),
      decline: t('decline'),
      push: {
        type: 'call_incoming', callId: ringing.callId, callUuid: ringing.callId, callerId: ringerOf(ringing.call).id,
        media: ringing.call.media,
        ringUntil: ringing.call.ringUntil, ttlMs: '0', sentAt: ringing.call.createdAt,
      },
    });
  }

  private dismiss(): void {
    this.isDismissed = true;
    this.showLock();
  }

  private showLock(): void {
    this.element.hidden = this.ringer.state !== 'locked' || this.isDismissed;
  }
}
