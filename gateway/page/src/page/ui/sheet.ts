// A modal dialog: centred in a wide window, from below on a phone. The browser traps the focus, and restores it at the end.

import { h, iconButton } from '../dom';
import { t } from '../words/table';

export class Sheet {
  readonly element: HTMLDialogElement;
  /** The content below the title. */
  readonly body: HTMLElement;

  /** @param id The test id; with `-title` also that of the title. */
  constructor(id: string, title: string, content: (Node | string | false)[], private readonly closed?: () => void) {
    this.body = h('div', { class: 'sheet-body' }, ...content);
    this.element = h('dialog', { class: 'sheet', 'data-testid': id, 'aria-labelledby': `${id}-title` },
      h('header', { class: 'sheet-head' }, h('h2', { id: `${id}-title` }, title),
        iconButton('close', t('close'), { class: 'round quiet', 'data-testid': `${id}-close`, onclick: () => this.close() })),
      this.body);
    this.element.addEventListener('close', () => this.closed?.());
    this.element.addEventListener('pointerdown', event => {
      if (event.target === this.element)
        this.close();
    });
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  open(): void {
    if (!this.element.open)
      this.element.showModal();
  }

  close(): void {
    this.element.close();
  }
}
