// What rings, sounds and calls for attention, as the calls are now.

import type { Session } from '@orleanscalls/client';
import { Attention } from '@orleanscalls/client/browser';
import type { Ringer } from '@orleanscalls/client/browser';
import type { Banners } from '../ui/banners';
import { ringer as ringerOf } from '../words';
import { t, tidy } from '../words/table';

const ringingIcon = 'data:image/svg+xml,' + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#c8372d"/>'
  + '<path d="M10 9h3l1.500 4-2 1.500a9 9 0 0 0 5 5l1.500-2 4 1.500v3c-8 1-14-5-13-13Z" fill="white"/></svg>');

export class Alerts {
  private readonly attention = new Attention({ ringingIcon });
  private isDismissed = false;

  constructor(private readonly ringer: Ringer, private readonly banners: Banners) {
    ringer.onState(() => this.showLock());
    this.showLock();
  }

  /** @param live The call that goes on, and is not held. */
  update(ringing: Session | undefined, live: Session | undefined): void {
    const isReached = live?.place === 'here' && !live.isIncoming && !live.call.answeredAt && live.call.legs.some(leg => leg.state === 'ringing');
    const rings = ringing && !ringing.silenced ? live ? 'waiting' : 'ring' : undefined;
    this.ringer.play(rings ?? (isReached ? 'ringback' : undefined));
    const from = ringing && ringerOf(ringing.call);
    this.attention.show(ringing && from && {
      callId: ringing.callId,
      heading: t('isCalling', { who: tidy(from.name || from.id) }),
      title: tidy(from.name || from.id),
      body: t(ringing.call.media === 'video' ? 'videoCall' : 'voiceCall'),
      answer: t('accept'),
      decline: t('decline'),
      push: {
        type: 'call_incoming', callId: ringing.callId, callUuid: ringing.callId, callerId: from.id, media: ringing.call.media,
        ringUntil: ringing.call.ringUntil, ttlMs: '0', sentAt: ringing.call.createdAt,
      },
    });
  }

  private showLock(): void {
    if (this.ringer.state !== 'locked' || this.isDismissed)
      return this.banners.clear('sound');
    this.banners.set('sound', {
      text: t('soundLocked'), action: { label: t('soundOn'), run: () => this.ringer.unlock() }, dismissed: () => this.isDismissed = true,
    });
  }
}
