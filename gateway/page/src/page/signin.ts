// The sign-in form. Without authentication, for development.

import type { TokenProvider } from '@orleanscalls/client';
import { h } from './dom';
import { newDeviceId, save, tokenSource } from './identity';
import type { Identity } from './identity';
import { TokenRefused } from './token';
import { languagePicker } from './ui/language';
import { t } from './words/table';

export function signIn(done: (identity: Identity, token: TokenProvider) => void): HTMLElement {
  const user = h('input', {
    id: 'signin-user', 'data-testid': 'signin-user', required: true, maxlength: 128, autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false', placeholder: 'ada', autofocus: true,
  });
  const name = h('input', {
    id: 'signin-name', 'data-testid': 'signin-name', maxlength: 256, autocomplete: 'name', placeholder: 'Ada Lovelace',
  });
  const submit = h('button', { class: 'primary wide', 'data-testid': 'signin-submit' }, t('signIn'));
  const error = h('p', { class: 'form-error', role: 'alert' });

  const send = async (event: Event) => {
    event.preventDefault();
    const userId = user.value.trim();
    if (!userId)
      return;
    const identity = { userId, name: name.value.trim() || userId, deviceId: newDeviceId() };
    const token = tokenSource(identity);
    submit.disabled = true;
    error.textContent = '';
    try {
      await token({ renew: false });
    } catch (reason) {
      error.textContent = reason instanceof TypeError ? t('notReachable')
        : reason instanceof TokenRefused && reason.status === 404 ? t('devOnly') : (reason as Error).message;
      submit.disabled = false;
      return;
    }
    save(identity);
    done(identity, token);
  };

  return h('main', { class: 'signin' },
    h('form', { class: 'card', onsubmit: send },
      h('div', { class: 'mark', 'aria-hidden': 'true' }),
      h('h1', {}, 'OrleansCalls'),
      h('p', { class: 'muted' }, t('signInHint')),
      h('label', { for: 'signin-user' }, t('userId')), user,
      h('label', { for: 'signin-name' }, t('name'), h('span', { class: 'muted' }, ` ${t('optional')}`)), name,
      error, submit),
    languagePicker());
}
