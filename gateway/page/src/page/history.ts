// Past calls, and missed ones.

import type { CallClient, Media, PastCall } from '@orleanscalls/client';
import type { Contacts } from './contacts';
import { avatar, h, icon, iconButton, setText } from './dom';
import { outcomeWords, when } from './words';
import { t, together } from './words/table';

export interface HistoryHooks {
  call(userIds: string[], media: Media): void;
  failed(error: unknown): void;
  /** The number of unacknowledged missed calls. */
  missed(count: number): void;
}

export class History {
  readonly element: HTMLElement;
  private readonly list = h('ul', { class: 'rows', 'data-testid': 'history-list' });
  private readonly empty = h(
    'div', { class: 'empty', 'data-testid': 'history-empty', hidden: true }, icon('recents'), h('p', { class: 'muted' }));
  private readonly broken = h(
    'div', { class: 'empty', role: 'alert', 'data-testid': 'history-error', hidden: true }, icon('offline'),
    h('p', { class: 'muted' }, t('historyFailed')),
    h(
      'button',
      { type: 'button', class: 'soft', 'data-testid': 'history-retry', onclick: () => void this.load() }, t('tryAgain')));
  private readonly loading = h(
    'div', { class: 'skeleton', 'aria-hidden': 'true', 'data-testid': 'history-loading' }, ...[1, 2, 3].map(() => h('span')));
  private readonly badge = h('span', { class: 'badge', 'data-testid': 'missed-badge', hidden: true });
  private readonly seen: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private readonly tabs: HTMLButtonElement[];
  private missedOnly = false;
  private next: string | undefined;
  private loads = 0;

  constructor(private readonly client: CallClient, private readonly contacts: Contacts, private readonly hooks: HistoryHooks) {
    const tab = (text: string, missedOnly: boolean, ...extra: HTMLElement[]) =>
      h(
        'button', { type: 'button', class: 'tab', 'aria-pressed': String(!missedOnly), onclick: () => this.filter(missedOnly) },
        text, ...extra);
    this.tabs = [tab(t('all'), false), tab(t('missedTab'), true, this.badge)];
    this.seen = h(
      'button',
      { type: 'button', class: 'soft small', 'data-testid': 'missed-ack', hidden: true, onclick: () => void this.acknowledge() },
      icon('check'), t('markSeen'));
    this.more = h(
      'button', { type: 'button', class: 'soft small more', hidden: true, onclick: () => void this.load(true) }, t('showMore'));
    this.element = h('section', { class: 'panel history', 'aria-labelledby': 'history-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'history-title' }, t('recentCalls')), this.seen,
        h('div', { class: 'tabs', role: 'group', 'aria-label': t('whichCalls') }, ...this.tabs)),
      this.empty, this.broken, this.loading, this.list, this.more);
  }

  setMissed(count: number): void {
    this.badge.hidden = this.seen.hidden = count === 0;
    setText(this.badge, String(count));
    this.hooks.missed(count);
    this.badge.setAttribute('aria-label', t('missedCount', { n: count }));
  }

  /** Reloads the newest page; of concurrent requests only the last one counts. */
  async load(further = false): Promise<void> {
    const load = ++this.loads;
    this.element.setAttribute('aria-busy', 'true');
    // The present list stays until there is a newer one.
    this.loading.hidden = this.list.childElementCount > 0 || !this.empty.hidden;
    if (!this.loading.hidden)
      this.broken.hidden = true;
    try {
      const before = further && this.next ? { before: this.next } : {};
      const calls = await this.client.history({ limit: 30, missedOnly: this.missedOnly, ...before });
      if (load !== this.loads)
        return;
      this.next = calls.at(-1)?.next;
      const rows = calls.map(call => this.row(call));
      if (further)
        this.list.append(...rows);
      else
        this.list.replaceChildren(...rows);
      this.more.hidden = this.next === undefined;
      this.broken.hidden = true;
      this.empty.hidden = this.list.childElementCount > 0;
      setText(this.empty.querySelector('p')!, t(this.missedOnly ? 'noMissedCalls' : 'noCallsYet'));
    } catch {
      if (load !== this.loads)
        return;
      this.broken.hidden = false;
      this.empty.hidden = true;
    }
    this.loading.hidden = true;
    this.element.setAttribute('aria-busy', 'false');
  }

  private filter(missedOnly: boolean): void {
    this.missedOnly = missedOnly;
    this.tabs.forEach((tab, index) => tab.setAttribute('aria-pressed', String((index === 1) === missedOnly)));
    void this.load();
  }

  private async acknowledge(): Promise<void> {
    try {
      await this.client.ackMissed();
      await this.load();
    } catch (error) {
      this.hooks.failed(error);
    }
  }

  private row(call: PastCall): HTMLElement {
    const me = this.client.userId;
    const incoming = call.caller.id !== me;
    const callees = call.legs.filter(leg => leg.userId !== call.caller.id);
    const others = [{ userId: call.caller.id, name: call.caller.name }, ...callees].filter(other => other.userId !== me);
    const called = others.map(other => this.contacts.called({ userId: other.userId, name: other.name || other.userId }));
    const names = together(called);
    const missed = call.outcome === 'missed';
    const back = (media: Media) => this.hooks.call(others.map(other => other.userId), media);
    return h('li', { class: `row past ${missed ? 'missed' : ''}`, 'data-outcome': call.outcome },
      h('div', { class: 'row-main' },
        h('span', { class: 'face' }, avatar(others[0]?.userId ?? me, called[0] ?? me)),
        h('span', { class: 'row-text' },
          h('bdi', { class: 'row-title', title: names }, names),
          h('span', { class: 'row-detail muted' }, icon(missed ? 'missed' : incoming ? 'in' : 'out'), outcomeWords(call, me)))),
      h('time', { class: 'muted', datetime: call.createdAt }, when(call.createdAt)),
      iconButton(call.media === 'video' ? 'video' : 'phone', t('callBack', { name: names }), {
        class: 'round call', onclick: () => back(call.media),
      }));
  }
}
