// Elements shared by several views: tables, fields, pills, dialogs and error messages.

import { h } from '../page/dom';
import { ApiError } from './api';
import { plain, words } from './words';

type Cell = Node | string;

/**
 * A table that scrolls sideways when necessary; `labels` name the columns, which phones show in front of each value. `none`
 * replaces a table without rows.
 */
export function table(
  caption: string, labels: string[], rows: Cell[][], testId?: string, none: string = words.none,
): HTMLElement {
  if (rows.length === 0) return h('p', { class: 'op-none', 'data-testid': testId }, none);
  // Roles are explicit because phones lay the rows out as blocks, which removes them from a table.
  return h(
    'table',
    { class: 'op-table', role: 'table', 'data-testid': testId },
    h('caption', { class: 'sr-only' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h('tr', { role: 'row' }, ...labels.map(label => h('th', { scope: 'col', role: 'columnheader' }, label))),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      ...rows.map(row =>
        h('tr', { role: 'row' }, ...row.map((cell, i) => h('td', { role: 'cell', 'data-label': labels[i] }, cell))),
      ),
    ),
  );
}

/** The colour of a state or a reason. */
const tones: Record<string, string> = {
  active: 'good',
  joined: 'good',
  completed: 'good',
  up: 'good',
  accepted: 'good',
  ringing: 'busy',
  connecting: 'busy',
  push_sent: 'busy',
  notifying: 'busy',
  ok: 'good',
  rings: 'good',
  unconfirmed: 'warn',
  silent: 'bad',
  failed: 'bad',
  lost: 'bad',
  unreachable: 'bad',
  connect_timeout: 'bad',
  down: 'bad',
  credentials_refused: 'bad',
  no_answer: 'warn',
  missed: 'warn',
};

export const pill = (word: string, tone = tones[word] ?? 'plain'): HTMLElement =>
  h('span', { class: `op-pill op-${tone}`, 'data-word': word }, plain(word));

export const section = (title: string, ...children: (Node | null)[]): HTMLElement =>
  h('section', { class: 'op-card' }, h('h3', {}, title), ...children);

export const callLink = (callId: string): HTMLElement =>
  h('a', { class: 'op-id', href: `#/calls/${encodeURIComponent(callId)}` }, callId);

export const userLink = (userId: string, name?: string): HTMLElement =>
  h('a', { href: `#/users/${encodeURIComponent(userId)}` }, name || userId);

export function field(label: string, id: string, input: HTMLElement, hint?: string): HTMLElement {
  input.id = id;
  return h(
    'div',
    { class: 'op-field' },
    h('label', { for: id }, label),
    input,
    hint === undefined ? null : h('small', { class: 'muted' }, hint),
  );
}

/** An error in the service's own words, with the trace id for its log. */
export function failure(error: unknown, retry?: () => void): HTMLElement {
  const known = error instanceof ApiError;
  return h(
    'div',
    { class: 'op-failure', role: 'alert', 'data-testid': 'failure' },
    h('p', {}, known ? error.message : String(error)),
    known && error.traceId !== undefined && error.status >= 500
      ? h('p', { class: 'muted op-id' }, words.trace(error.traceId))
      : null,
    retry === undefined ? null : h('button', { type: 'button', class: 'soft small', onclick: retry }, words.retry),
  );
}

const status = h('p', { class: 'op-said', role: 'status', 'data-testid': 'said' });

/** The single line that reports an action's result. */
export const saidLine = status;

export function say(text: string): void {
  status.textContent = text;
}

/**
 * A dialog with a form; `act` runs on submit, and an error keeps the dialog open and is shown. When closed it is removed, and
 * the focus returns to where it was.
 */
export function ask(title: string, fields: HTMLElement[], button: HTMLButtonElement, act: () => Promise<void>): void {
  const error = h('div');
  const dialog = h('dialog', { class: 'op-dialog', 'aria-labelledby': 'op-dialog-title', 'data-testid': 'dialog' });
  const send = async (event: Event) => {
    event.preventDefault();
    button.disabled = true;
    error.replaceChildren();
    try {
      await act();
      dialog.close();
    } catch (reason) {
      error.replaceChildren(failure(reason));
      button.disabled = false;
    }
  };
  dialog.append(
    h(
      'form',
      { class: 'op-form', onsubmit: send },
      h('h2', { id: 'op-dialog-title' }, title),
      ...fields,
      error,
      h(
        'div',
        { class: 'op-buttons' },
        h('button', { type: 'button', class: 'soft', onclick: () => dialog.close() }, words.cancel),
        button,
      ),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
