// Adds people to the active call.

import type { Session } from '@orleanscalls/client';
import { isGone, parties } from '@orleanscalls/client';
import type { Contacts } from './contacts';
import { avatar, h } from './dom';
import { t, tidy } from './words/table';

export class InviteDialog {
  readonly element: HTMLDialogElement;
  private readonly list = h('ul', { class: 'rows' });
  private readonly other = h('input', {
    'data-testid': 'invite-input', placeholder: t('orUserId'), 'aria-label': t('orUserIdLabel'), maxlength: 128,
    autocapitalize: 'none',
    spellcheck: 'false', autocomplete: 'off',
  });
  private session: Session | undefined;

  constructor(private readonly contacts: Contacts, private readonly invite: (session: Session, userIds: string[]) => void) {
    this.element = h('dialog', { class: 'invite', 'data-testid': 'invite', 'aria-labelledby': 'invite-title' },
      h('form', { method: 'dialog', onsubmit: () => this.send() },
        h('h2', { id: 'invite-title' }, t('addPeople')),
        this.list, this.other,
        h('div', { class: 'buttons' },
          h(
            'button',
            { type: 'button', class: 'soft', 'data-testid': 'invite-cancel', onclick: () => this.element.close() }, t('cancel')),
          h('button', { class: 'primary', 'data-testid': 'invite-submit' }, t('ringThem')))));
  }

  open(session: Session): void {
    this.session = session;
    const taken = new Set(parties(session.call).filter(userId => !isGone(session.call, userId)));
    const free = this.contacts.all.filter(contact => !taken.has(contact.userId));
    this.list.replaceChildren(...free.map(({ userId, name }) => h('li', { class: 'row' },
      h('label', { class: 'row-main' },
        h('input', { type: 'checkbox', name: 'who', value: userId, 'data-testid': `invite-${userId}` }),
        h('span', { class: 'face' }, avatar(userId, tidy(name ?? userId))),
        h('span', { class: 'row-text' }, h('bdi', { class: 'row-title' }, tidy(name ?? userId)))))));
    this.other.value = '';
    this.element.showModal();
  }

  close(): void {
    this.element.close();
  }

  private send(): void {
    const picked = [...this.list.querySelectorAll<HTMLInputElement>('input:checked')].map(input => input.value);
    const typed = this.other.value.trim();
    const userIds = [...new Set(typed ? [...picked, typed] : picked)];
    if (this.session && userIds.length > 0)
      this.invite(this.session, userIds);
  }
}
