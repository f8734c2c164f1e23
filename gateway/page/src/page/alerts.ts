// What rings, sounds and calls for attention, as the calls are now.

import type { Session } from '@orleanscalls/client';
import { Attention } from '@orleanscalls/client/browser';
import type { Ringer } from '@orleanscalls/client/browser';
import { dismiss, soundLocked, soundUnlock } from './callwords';
import { h } from './dom';
import { callerName, ringer as ringerOf } from './words';

const ringingIcon = 'data:image/svg+xml,' + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#c8372d"/>'
  + '<path d="M10 9h3l1.500 4-2 1.500a9 9 0 0 0 5 5l1.500-2 4 1.500v3c-8 1-14-5-13-13Z" fill="white"/></svg>');

export class Alerts {
  /** Says that sounds are locked, and offers the touch that unlocks them. */
  readonly element: HTMLElement;
  private readonly attention: Attention;
  private isDismissed = false;

  constructor(private readonly ringer: Ringer) {
    this.attention = new Attention({ ringingIcon });
    this.element = h('div', { class: 'banner sound-locked', role: 'status', 'data-testid': 'sound-locked', hidden: true },
      h('span', {}, soundLocked),
      h('button', { type: 'button', class: 'primary small', 'data-testid': 'sound-unlock', onclick: () => ringer.unlock() }, soundUnlock),
      h('button', { type: 'button', class: 'soft small', onclick: () => this.dismiss() }, dismiss));
    ringer.onState(() => this.showLock());
    this.showLock();
  }

  /** @param live The call that goes on, and is not held. */
  update(ringing: Session | undefined, live: Session | undefined): void {
    const isReached = live?.place === 'here' && !live.isIncoming && !live.call.answeredAt && live.call.legs.some(leg => leg.state === 'ringing');
    const rings = ringing && !ringing.silenced ? live ? 'waiting' : 'ring' : undefined;
    this.ringer.play(rings ?? (isReached ? 'ringback' : undefined));
    this.attention.show(ringing && {
      callId: ringing.callId,
      title: callerName(ringing.call),
      body: ringing.call.media === 'video' ? 'Incoming video call' : 'Incoming call',
      answer: 'Answer',
      decline: 'Decline',
      push: {
        type: 'call_incoming', callId: ringing.callId, callUuid: ringing.callId, callerId: ringerOf(ringing.call).id, media: ringing.call.media,
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
