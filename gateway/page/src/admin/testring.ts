// "Would this device ring now?", and what the service says to it.

import { h } from '../page/dom';
import { api } from './api';
import { failure } from './parts';
import { words } from './words';

export function testRing(userId: string, deviceId?: string): void {
  const answer = h('div', { 'data-testid': 'test-ring-answer', 'aria-live': 'polite' }, h('p', { class: 'muted' }, words.testRinging));
  const dialog = h('dialog', { class: 'op-dialog', 'aria-labelledby': 'op-ring-title', 'data-testid': 'dialog' },
    h('div', { class: 'op-form' }, h('h2', { id: 'op-ring-title' }, words.testRingTitle), answer,
      h('div', { class: 'op-buttons' }, h('button', { type: 'button', class: 'soft', autofocus: true, onclick: () => dialog.close() }, words.close))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  void api.testRing(userId, deviceId).then(
    result => answer.replaceChildren(h('pre', {}, JSON.stringify(result, null, 2))),
    (error: unknown) => answer.replaceChildren(failure(error)));
}
