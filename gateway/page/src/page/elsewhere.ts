// This user's calls on another device, each with a button that moves it here.

import type { Session } from '@orleanscalls/client';
import type { Contacts } from './contacts';
import { h } from './dom';
import { t, together } from './words/table';

export class Elsewhere {
  readonly element = h('div', { class: 'elsewhere-list' });
  private shown = '';

  constructor(private readonly contacts: Contacts, private readonly takeOver: (session: Session) => void) {}

  show(sessions: Session[]): void {
    const key = sessions.map(session => session.callId).join();
    if (this.shown === key)
      return;
    this.shown = key;
    this.element.replaceChildren(...sessions.map(session => h('div', { class: 'elsewhere', role: 'status' },
      h('span', {}, t('inCallElsewhere', { who: together(session.others.map(other => this.contacts.called(other))) })),
      h(
        'button', { type: 'button', class: 'primary', 'data-testid': 'take-over', onclick: () => this.takeOver(session) },
        t('takeOver')))));
  }
}
