// Sign-in: with the issuer, if one is configured, or with an admin's token.

import { h } from '../page/dom';
import { ApiError, api } from './api';
import type { Session } from './api';
import { words } from './words';

export function signIn(said: string | undefined, done: (session: Session) => void): HTMLElement {
  const token = h('input', {
    id: 'token',
    type: 'password',
    required: true,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    'aria-describedby': 'token-hint',
    'data-testid': 'token',
  });
  const button = h('button', { class: 'primary wide', 'data-testid': 'sign-in' }, words.signIn);
  const error = h('p', { class: 'op-error', role: 'alert', 'data-testid': 'sign-in-error' }, said);
  const issuer = h('div', { class: 'op-issuer', hidden: true });

  const send = async (event: Event) => {
    event.preventDefault();
    button.disabled = true;
    error.textContent = '';
    try {
      const session = await api.signIn(token.value.trim());
      token.value = '';
      done(session);
    } catch (reason) {
      error.textContent = reason instanceof ApiError ? reason.message : String(reason);
      button.disabled = false;
      token.focus();
    }
  };

  void api.ways().then(
    ({ issuer: name }) => {
      issuer.hidden = name === undefined;
      button.classList.replace('primary', name === undefined ? 'primary' : 'soft');
      issuer.replaceChildren(
        h(
          'a',
          { class: 'op-button primary wide', href: '/admin/sign-in/oidc', 'data-testid': 'sign-in-oidc' },
          words.signInWith(name ?? ''),
        ),
        h('p', { class: 'op-or' }, words.or),
      );
    },
    () => undefined,
  );

  return h(
    'main',
    { class: 'op-signin' },
    h(
      'form',
      { class: 'op-card op-form', onsubmit: send },
      h('p', { class: 'op-brand' }, words.product),
      h('h1', {}, words.title),
      h('p', { class: 'muted' }, words.signInLead),
      issuer,
      h('label', { for: 'token' }, words.token),
      token,
      h('small', { id: 'token-hint', class: 'muted' }, words.tokenHint),
      error,
      button,
    ),
  );
}
