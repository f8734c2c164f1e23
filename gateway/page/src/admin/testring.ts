// "Would this device ring now?": each step of a ring, its result and its duration.

import { h } from '../page/dom';
import { api } from './api';
import type { TestRingReport } from './api';
import { failure, pill, table } from './parts';
import { plain, span, words } from './words';

export function testRing(userId: string, deviceId?: string): void {
  const answer = h(
    'div',
    { class: 'op-stack', 'data-testid': 'test-ring-answer', 'aria-live': 'polite' },
    h('p', { class: 'muted' }, words.testRinging),
  );
  const dialog = h(
    'dialog',
    { class: 'op-dialog op-wide', 'aria-labelledby': 'op-ring-title', 'data-testid': 'dialog' },
    h(
      'div',
      { class: 'op-form' },
      h('h2', { id: 'op-ring-title' }, words.testRingTitle),
      answer,
      h(
        'div',
        { class: 'op-buttons' },
        h('button', { type: 'button', class: 'soft', autofocus: true, onclick: () => dialog.close() }, words.close),
      ),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  void api.testRing(userId, deviceId).then(
    report => answer.replaceChildren(...said(report)),
    (error: unknown) => answer.replaceChildren(failure(error)),
  );
}

function said({ summary, silencedBy, devices }: TestRingReport): HTMLElement[] {
  return [
    h('p', { class: 'op-summary' }, summary),
    ...(silencedBy.length === 0 ? [] : [h('p', {}, `${words.silencedBy} `, ...silencedBy.map(one => pill(one, 'warn')))]),
    ...devices.map(device =>
      h(
        'section',
        {},
        h('h3', {}, h('span', { class: 'op-id' }, device.deviceId), ' ', pill(device.verdict)),
        table(
          device.deviceId,
          [words.step, words.result, words.took, words.detail],
          device.steps.map(step => [
            plain(step.stage) + (step.provider === undefined ? '' : ` (${plain(step.provider)})`),
            pill(step.outcome),
            step.durationMs === undefined ? '–' : span(step.durationMs),
            step.detail ?? plain(step.error ?? ''),
          ]),
        ),
      ),
    ),
  ];
}
