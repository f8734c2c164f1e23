// The calls that wait while the user talks in another one.

import type { Session } from '@orleanscalls/client';
import { second } from './callwords';
import { h, iconButton } from './dom';

export class HeldCalls {
  readonly element = h('div', { class: 'held-list' });
  private shown = '';

  constructor(private readonly resume: (session: Session) => void, private readonly hangUp: (session: Session) => void) {}

  show(sessions: Session[], called: (session: Session) => string): void {
    const key = sessions.map(session => `${session.callId} ${called(session)}`).join();
    if (key === this.shown)
      return;
    this.shown = key;
    this.element.replaceChildren(...sessions.map(session => h('div', { class: 'elsewhere held', role: 'status', 'data-testid': `held-${session.callId}` },
      h('span', {}, second.held(called(session))),
      h('button', { type: 'button', class: 'primary', 'data-testid': 'resume', onclick: () => this.resume(session) }, second.resume),
      iconButton('hangup', 'Hang up', { class: 'round quiet', 'data-testid': 'held-hangup', onclick: () => this.hangUp(session) }))));
  }
}
