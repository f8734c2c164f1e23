// Searches all calls by user, time, end and text.

import { h } from '../page/dom';
import { ApiError, api } from './api';
import type { CallRow } from './api';
import { callLink, failure, field, pill, table, userLink } from './parts';
import { clock, plain, span, words } from './words';

const page = 50;
const states = ['open', 'ringing', 'connecting', 'active', 'ended'];
const reasons = [
  'completed',
  'cancelled',
  'rejected',
  'busy',
  'no_answer',
  'unreachable',
  'connect_timeout',
  'lost',
  'replaced',
  'ended_by_admin',
  'failed',
];

export type Filter = Partial<Record<'userId' | 'from' | 'to' | 'state' | 'reason' | 'q', string>>;

const names = ['userId', 'state', 'reason', 'from', 'to', 'q'] as const;

export class SearchView {
  readonly element: HTMLElement;
  private readonly found = h('div', { 'data-testid': 'found' });
  private readonly more = h(
    'button',
    { type: 'button', class: 'soft small op-more', hidden: true, onclick: () => void this.load(true) },
    words.more,
  );
  private readonly form: HTMLFormElement;
  private rows: CallRow[] = [];
  private next: string | undefined;
  private loads = 0;

  constructor(
    private readonly filter: Filter,
    private readonly ended: () => void,
  ) {
    const { userId, state, reason, from, to, q } = filter;
    const input = (name: string, value: string | undefined, attributes = {}) =>
      h('input', {
        name,
        value,
        autocomplete: 'off',
        autocapitalize: 'none',
        spellcheck: 'false',
        maxlength: 128,
        'data-testid': `filter-${name}`,
        ...attributes,
      });
    this.form = h(
      'form',
      { class: 'op-filter', role: 'search', onsubmit: (event: Event) => this.submit(event) },
      field(words.userId, 'filter-user', input('userId', userId)),
      field(words.state, 'filter-state', select('state', states, state)),
      field(words.reason, 'filter-reason', select('reason', reasons, reason)),
      field(words.from, 'filter-from', input('from', local(from), { type: 'datetime-local' })),
      field(words.to, 'filter-to', input('to', local(to), { type: 'datetime-local' })),
      field(words.text, 'filter-text', input('q', q, { placeholder: words.textHint })),
      h(
        'div',
        { class: 'op-buttons' },
        h('button', { class: 'primary', 'data-testid': 'filter-submit' }, words.search),
        h('a', { class: 'op-button soft', href: '#/calls' }, words.clear),
      ),
    );
    this.element = h(
      'div',
      { class: 'op-view' },
      h('div', { class: 'op-head' }, h('h2', {}, words.calls)),
      this.form,
      this.found,
      this.more,
    );
  }

  start(): void {
    void this.load(false);
  }

  stop(): void {
    this.loads++;
  }

  /** The URL holds the search, so that it can be bookmarked, sent and returned to. */
  private submit(event: Event): void {
    event.preventDefault();
    const values = new FormData(this.form);
    const filter = new URLSearchParams();
    for (const name of names) {
      const value = String(values.get(name) ?? '').trim();
      if (value !== '') filter.set(name, name === 'from' || name === 'to' ? new Date(value).toISOString() : value);
    }
    const address = `#/calls?${filter}`;
    if (location.hash === address) void this.load(false);
    else location.hash = address;
  }

  private async load(more: boolean): Promise<void> {
    const mine = ++this.loads;
    try {
      const { calls, next, truncated } = await api.calls({
        ...this.filter,
        limit: page,
        ...(more && this.next ? { cursor: this.next } : {}),
      });
      if (mine !== this.loads) return;
      this.rows = more ? [...this.rows, ...calls] : calls;
      this.next = next;
      this.found.replaceChildren(
        ...(truncated ? [h('p', { class: 'op-banner' }, words.truncated)] : []),
        this.rows.length === 0
          ? h('p', { class: 'op-none' }, next === undefined ? words.noCalls : words.goOn)
          : h('div', { class: 'op-card' }, callTable(this.rows)),
      );
      this.more.hidden = next === undefined;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.ended();
      else if (mine === this.loads) this.found.replaceChildren(failure(error, () => void this.load(more)));
    }
  }
}

/** Calls as rows, newest first. */
export function callTable(calls: CallRow[]): HTMLElement {
  return table(
    words.calls,
    [words.begun, words.state, words.caller, words.callees, words.took, words.call],
    calls.map(call => [
      h('time', { datetime: call.startedAt }, clock(call.startedAt)),
      pill(call.reason ?? call.state),
      userLink(call.callerId),
      callees(call),
      call.durationMs === undefined ? '–' : span(call.durationMs),
      callLink(call.callId),
    ]),
    'calls',
  );
}

function callees({ callerId, participants }: CallRow): HTMLElement {
  const others = participants.filter(one => one.userId !== callerId);
  return h('span', {}, ...others.flatMap((one, i) => [i === 0 ? '' : ', ', userLink(one.userId)]));
}

function select(name: string, all: string[], chosen: string | undefined): HTMLSelectElement {
  return h(
    'select',
    { name, 'data-testid': `filter-${name}` },
    h('option', { value: '' }, words.any),
    ...all.map(one => h('option', { value: one, selected: one === chosen }, plain(one))),
  );
}

/** A time of the URL in the format of the field: local, to the minute. */
function local(time: string | undefined): string | undefined {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime())
    ? undefined
    : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
