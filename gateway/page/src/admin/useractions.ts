// An operator's actions on a user, after a confirmation: send a notice, erase.

import { h } from '../page/dom';
import { ApiError, api } from './api';
import { ask, field, say } from './parts';
import { words } from './words';

const eraseLookMs = 700;

export function notify(userId: string): void {
  const type = h('input', { required: true, maxlength: 64, value: 'notice', 'data-testid': 'notify-type' });
  const payload = h('textarea', { required: true, rows: 4, spellcheck: 'false', 'data-testid': 'notify-payload' }, '{}');
  ask(
    words.notifyTitle,
    [field(words.notifyType, 'notify-type', type), field(words.notifyPayload, 'notify-payload', payload)],
    h('button', { class: 'primary', 'data-testid': 'confirm' }, words.send),
    async () => {
      let json: unknown;
      try {
        json = JSON.parse(payload.value);
      } catch {
        throw new ApiError(0, words.notJson);
      }
      say(words.notified((await api.notify(userId, type.value, json)).delivered));
    },
  );
}

export function erase(userId: string, done: () => Promise<void>): void {
  const button = h('button', { class: 'op-danger', disabled: true, 'data-testid': 'confirm' }, words.eraseDo);
  const typed = h('input', {
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    'data-testid': 'erase-typed',
    oninput: () => {
      button.disabled = typed.value !== userId;
    },
  });
  ask(words.eraseTitle, [h('p', {}, words.eraseLead), field(words.eraseType(userId), 'erase-typed', typed)], button, async () => {
    // A form can be submitted without its button.
    if (typed.value !== userId) throw new ApiError(0, words.eraseType(userId));
    say(words.erasing);
    let status = await api.erase(userId);
    while (status.state === 'running') {
      await new Promise(go => setTimeout(go, eraseLookMs));
      status = await api.erasure(userId);
    }
    say(
      status.state === 'failed'
        ? words.eraseFailed(status.error ?? '')
        : words.erased(
            status.callsEnded,
            status.pushTokens,
            status.missedCalls,
            status.historyAnonymized + status.historyDeleted,
          ),
    );
    await done();
  });
}
