// The calls on hold.

import type { Session } from '@orleanscalls/client';
import { h, icon, iconButton } from './dom';
import { t } from './words/table';

export class HeldCalls {
  readonly element = h('div', { class: 'held-bar' });
  private shown = '';

  constructor(private readonly resume: (session: Session) => void, private readonly hangUp: (session: Session) => void) {}

  show(sessions: Session[], called: (session: Session) => string): void {
    const key = sessions.map(session => `${session.callId} ${called(session)}`).join();
    if (key === this.shown)
      return;
    this.shown = key;
    this.element.replaceChildren(
      ...sessions.map(session => h('div', { class: 'held', role: 'status', 'data-testid': `held-${session.callId}` },
        icon('pause'), h('span', {}, t('onHold', { who: called(session) })),
        h(
          'button',
          { type: 'button', class: 'soft small', 'data-testid': 'resume', onclick: () => this.resume(session) }, t('resume')),
        iconButton(
          'hangup', t('hangUp'), { class: 'round quiet', 'data-testid': 'held-hangup', onclick: () => this.hangUp(session) }))));
  }
}
