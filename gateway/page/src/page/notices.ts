// Short messages that disappear by themselves.

import { h, iconButton } from './dom';
import { t } from './words/table';

const staysMs = 8_000;
const most = 3;

export class Notices {
  readonly element = h('div', { class: 'notices', role: 'status', 'aria-live': 'polite', 'data-testid': 'notice' });

  show(text: string, kind: 'plain' | 'error' = 'plain'): void {
    const remove = () => {
      clearTimeout(timer);
      toast.remove();
    };
    const toast = h(
      'div', { class: `toast ${kind}` }, h('span', {}, text),
      iconButton('close', t('close'), { class: 'quiet', onclick: remove }));
    const timer = setTimeout(remove, staysMs);
    this.element.append(toast);
    while (this.element.childElementCount > most)
      this.element.firstElementChild!.remove();
  }

  /** Removes the previous messages. */
  clear(): void {
    this.element.replaceChildren();
  }

  error(error: unknown): void {
    this.show(error instanceof Error ? error.message : String(error), 'error');
  }
}
