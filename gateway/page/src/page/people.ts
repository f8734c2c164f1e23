// The people to call, and their presence.

import type { Media } from '@orleanscalls/client';
import type { Contact, Contacts } from './contacts';
import { avatar, h, icon, iconButton, initials, setText } from './dom';
import { menuButton } from './ui/menu';
import { when } from './words';
import { t, tidy } from './words/table';

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
  private readonly list = h('ul', { class: 'rows', 'data-testid': 'people-list' });
  private readonly nobody = h(
    'div', { class: 'empty', 'data-testid': 'people-empty' }, icon('people'), h('h3', {}, t('nobodyYet')),
    h('p', { class: 'muted' }, t('nobodyYetHint')));
  private readonly notFound = h('p', { class: 'empty muted', role: 'status', 'data-testid': 'people-none' });
  private readonly search: HTMLInputElement;
  private readonly bar: HTMLElement;
  private readonly barText = h('span', { 'aria-live': 'polite' });

  constructor(private readonly contacts: Contacts, private readonly hooks: PeopleHooks) {
    this.search = h('input', {
      'data-testid': 'contact-input', type: 'search', placeholder: t('searchOrAdd'),
      'aria-label': t('searchOrAddLabel'), maxlength: 128,
      autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off', oninput: () => this.render(),
    });
    const add = (event: Event) => {
      event.preventDefault();
      const userId = this.search.value.trim();
      this.search.value = '';
      if (userId)
        contacts.add(userId);
      this.render();
      this.rows.get(userId)?.element.scrollIntoView({ block: 'nearest' });
    };
    const callAll = (media: Media) => {
      hooks.call([...this.selected], media);
      this.clear();
    };
    this.bar = h('div', { class: 'selection', hidden: true },
      this.barText,
      iconButton('phone', t('voiceCallSelected'), {
        class: 'round call', 'data-testid': 'call-audio-selected', onclick: () => callAll('audio'),
      }),
      iconButton('video', t('videoCallSelected'), {
        class: 'round call', 'data-testid': 'call-video-selected', onclick: () => callAll('video'),
      }),
      iconButton('close', t('clearSelection'), { class: 'round quiet', onclick: () => this.clear() }));
    this.element = h('section', { class: 'panel people', 'aria-labelledby': 'people-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'people-title' }, t('people'))),
      h('form', { class: 'add', role: 'search', onsubmit: add }, h('span', { class: 'field' }, icon('search'), this.search),
        h('button', { class: 'soft', 'data-testid': 'contact-add', 'aria-label': t('addPerson') }, t('add'))),
      this.nobody, this.notFound, this.list, this.bar);
    this.render();
  }

  render(): void {
    const everybody = this.contacts.all;
    const known = new Set(everybody.map(contact => contact.userId));
    for (const [userId, row] of this.rows) {
      if (!known.has(userId)) {
        row.element.remove();
        this.rows.delete(userId);
        this.selected.delete(userId);
      }
    }
    everybody.forEach((contact, index) => {
      const row = this.rows.get(contact.userId) ?? this.add(contact);
      row.show(contact);
      // Moving an element removes its focus, so only misplaced ones are moved.
      if (this.list.children[index] !== row.element)
        this.list.insertBefore(row.element, this.list.children[index] ?? null);
    });
    const words = this.search.value.trim();
    const found = new Set(this.contacts.find(words).map(contact => contact.userId));
    for (const [userId, row] of this.rows)
      row.element.hidden = !found.has(userId);
    this.nobody.hidden = everybody.length > 0 || words !== '';
    this.notFound.hidden = found.size > 0 || words === '';
    setText(this.notFound, this.notFound.hidden ? '' : t('nobodyFound', { words: tidy(words) }));
    this.renderBar();
  }

  /** Where a search begins. */
  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  private add({ userId, name }: Contact): Row {
    const face = avatar(userId, tidy(name ?? userId));
    const title = h('bdi', { class: 'row-title' });
    const detail = h('span', { class: 'row-detail muted' });
    const star = h('span', { class: 'row-star', role: 'img', 'aria-label': t('favourite'), hidden: true }, icon('star'));
    const pick = h('input', {
      type: 'checkbox', class: 'sr-only', 'data-testid': `select-${userId}`, onchange: () => this.pick(userId, pick.checked),
    });
    const label = h('label', { class: 'row-main' }, pick,
      h('span', { class: 'face' }, face, h('span', { class: 'presence', 'aria-hidden': 'true' })),
      h('span', { class: 'row-text' }, h('span', { class: 'row-line' }, title, star), detail));
    const voice = iconButton('phone', '', {
      class: 'round call', 'data-testid': `call-audio-${userId}`, onclick: () => this.hooks.call([userId], 'audio'),
    });
    const video = iconButton('video', '', {
      class: 'round call', 'data-testid': `call-video-${userId}`, onclick: () => this.hooks.call([userId], 'video'),
    });
    const more = menuButton('more', t('more'), { class: 'round quiet', 'data-testid': `more-${userId}` }, () => {
      const isFavourite = this.contacts.all.find(contact => contact.userId === userId)?.favourite ?? false;
      return [
        {
          id: 'favourite', icon: 'star' as const, label: t(isFavourite ? 'favouriteRemove' : 'favouriteAdd'),
          run: () => this.contacts.setFavourite(userId, !isFavourite),
        },
        { id: 'select', icon: 'check' as const, label: t('selectForGroup'), run: () => pick.click() },
        ...(this.contacts.isKept(userId)
          ? [{ id: 'remove', icon: 'close' as const, label: t('removePerson'), run: () => this.contacts.remove(userId) }]
          : []),
      ];
    });
    const element = h('li', { class: 'row', 'data-testid': `contact-${userId}` }, label, voice, video, more);
    const row: Row = {
      element,
      show: contact => {
        const called = tidy(contact.name ?? contact.userId);
        const seen = contact.lastSeen ? t('lastSeen', { when: when(contact.lastSeen) }) : t('offline');
        setText(face, initials(called));
        setText(title, called);
        title.title = called;
        setText(
          detail, (contact.online ? t('online') : seen) + (contact.name && contact.name !== userId ? ` · ${tidy(userId)}` : ''));
        star.hidden = !contact.favourite;
        element.classList.toggle('online', contact.online ?? false);
        element.dataset['online'] = String(contact.online ?? false);
        for (const [button, what] of [[voice, 'voiceCallTo'], [video, 'videoCallTo'], [more, 'moreAbout']] as const)
          button.title = t(what, { name: called }), button.setAttribute('aria-label', button.title);
        pick.setAttribute('aria-label', t('selectPerson', { name: called }));
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
    setText(this.barText, t('selected', { n: this.selected.size }));
  }
}
