// Whom one can call, and who is there.

import type { Media } from '@orleanscalls/client';
import type { Contact, Contacts } from './contacts';
import { avatar, h, iconButton, initials, setText } from './dom';

export interface PeopleHooks {
  call(userIds: string[], media: Media): void;
}

interface Row {
  element: HTMLElement;
  show(contact: Contact): void;
}

export class People {
  readonly element: HTMLElement;
  private readonly rows = new Map<string, Row>();
  private readonly selected = new Set<string>();
  private readonly list = h('ul', { class: 'rows' });
  private readonly empty = h('p', { class: 'empty muted' }, 'Nobody here yet. Add somebody by user id, or wait for people to come online.');
  private readonly bar: HTMLElement;
  private readonly barText = h('span', { 'aria-live': 'polite' });

  constructor(private readonly contacts: Contacts, private readonly hooks: PeopleHooks) {
    const input = h('input', {
      'data-testid': 'contact-input', placeholder: 'Add by user id', 'aria-label': 'User id of somebody to add', maxlength: 128,
      autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off',
    });
    const add = (event: Event) => {
      event.preventDefault();
      const userId = input.value.trim();
      if (userId)
        contacts.add(userId);
      input.value = '';
    };
    const callAll = (media: Media) => {
      hooks.call([...this.selected], media);
      this.clear();
    };
    this.bar = h('div', { class: 'selection', hidden: true },
      this.barText,
      iconButton('phone', 'Voice call to all selected', { class: 'round call', 'data-testid': 'call-audio-selected', onclick: () => callAll('audio') }),
      iconButton('video', 'Video call to all selected', { class: 'round call', 'data-testid': 'call-video-selected', onclick: () => callAll('video') }),
      iconButton('close', 'Clear selection', { class: 'round quiet', onclick: () => this.clear() }));
    this.element = h('section', { class: 'panel people', 'aria-labelledby': 'people-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'people-title' }, 'People')),
      h('form', { class: 'add', onsubmit: add }, input,
        h('button', { class: 'soft', 'data-testid': 'contact-add', 'aria-label': 'Add this person' }, 'Add')),
      this.empty, this.list, this.bar);
    this.render();
  }

  render(): void {
    const contacts = this.contacts.all;
    const ids = new Set(contacts.map(contact => contact.userId));
    for (const [userId, row] of this.rows) {
      if (!ids.has(userId)) {
        row.element.remove();
        this.rows.delete(userId);
        this.selected.delete(userId);
      }
    }
    contacts.forEach((contact, index) => {
      const row = this.rows.get(contact.userId) ?? this.add(contact);
      row.show(contact);
      // Moving an element takes the focus from it, so only what is out of place is moved.
      if (this.list.children[index] !== row.element)
        this.list.insertBefore(row.element, this.list.children[index] ?? null);
    });
    this.empty.hidden = contacts.length > 0;
    this.renderBar();
  }

  private add({ userId, name }: Contact): Row {
    const face = avatar(userId, name ?? userId);
    const title = h('span', { class: 'row-title' });
    const detail = h('span', { class: 'row-detail muted' });
    const pick = h('input', { type: 'checkbox', class: 'sr-only', 'data-testid': `select-${userId}`, onchange: () => this.pick(userId, pick.checked) });
    const label = h('label', { class: 'row-main' }, pick,
      h('span', { class: 'face' }, face, h('span', { class: 'presence', 'aria-hidden': 'true' })),
      h('span', { class: 'row-text' }, title, detail));
    const voice = iconButton('phone', '', { class: 'round call', 'data-testid': `call-audio-${userId}`, onclick: () => this.hooks.call([userId], 'audio') });
    const video = iconButton('video', '', { class: 'round call', 'data-testid': `call-video-${userId}`, onclick: () => this.hooks.call([userId], 'video') });
    const remove = iconButton('close', '', { class: 'round quiet remove', onclick: () => this.contacts.remove(userId) });
    const element = h('li', { class: 'row', 'data-testid': `contact-${userId}` }, label, remove, voice, video);
    const row: Row = {
      element,
      show: contact => {
        const called = contact.name ?? contact.userId;
        setText(face, initials(called));
        setText(title, called);
        setText(detail, (contact.online ? 'Online' : 'Offline') + (contact.name && contact.name !== userId ? ` · ${userId}` : ''));
        element.classList.toggle('online', contact.online ?? false);
        element.dataset['online'] = String(contact.online ?? false);
        remove.hidden = !this.contacts.isKept(userId);
        for (const [button, what] of [[voice, 'Voice call to'], [video, 'Video call to'], [remove, 'Remove']] as const)
          button.title = `${what} ${called}`, button.setAttribute('aria-label', button.title);
        pick.setAttribute('aria-label', `Select ${called} for a group call`);
      },
    };
    this.rows.set(userId, row);
    return row;
  }

  private pick(userId: string, on: boolean): void {
    if (on)
      this.selected.add(userId);
    else
      this.selected.delete(userId);
    this.rows.get(userId)?.element.classList.toggle('selected', on);
    this.renderBar();
  }

  private clear(): void {
    for (const userId of [...this.selected]) {
      this.rows.get(userId)?.element.querySelectorAll('input').forEach(input => input.checked = false);
      this.pick(userId, false);
    }
  }

  private renderBar(): void {
    this.bar.hidden = this.selected.size === 0;
    setText(this.barText, this.selected.size === 1 ? '1 selected, pick more' : `${this.selected.size} selected`);
  }
}
