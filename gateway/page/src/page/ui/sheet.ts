// A modal dialog: in the middle of a wide window, from below on a phone. The browser keeps the focus in it, and gives it back at the end.

import { h, iconButton } from '../dom';
import { t } from '../words/table';

export class Sheet {
  readonly element: HTMLDialogElement;
  /** What is in it, below the title. */
  readonly body: HTMLElement;

  /** @param id Its test id; also of the title, with `-title`. */
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
