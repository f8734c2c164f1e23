// What this browser lacks for calls: a sentence for each, with the remedy.

import { checkBrowser } from '@orleanscalls/client/browser';
import type { Lack } from '@orleanscalls/client/browser';
import { lackWords } from './callwords';
import { h } from './dom';
import { t } from './words/table';

export class Lacks {
  readonly element = h('div', { class: 'lacks', role: 'status', 'data-testid': 'lacks' });
  private readonly dismissed = new Set<Lack>();
  private readonly look = () => void this.check();

  /** Checks at once, and again whenever devices change. */
  constructor() {
    navigator.mediaDevices?.addEventListener('devicechange', this.look);
    this.look();
  }

  private async check(): Promise<void> {
    const lacks = (await checkBrowser()).filter(lack => !this.dismissed.has(lack));
    this.element.replaceChildren(
      ...lacks.map(
        lack => h('div', { class: `banner lack ${lack === 'notifications_off' ? 'info' : ''}`, 'data-testid': `lack-${lack}` },
          h('span', {}, t(lackWords[lack])),
          lack === 'notifications_off'
            && h(
              'button',
              { type: 'button', class: 'primary small', 'data-testid': 'allow-notifications', onclick: () => void this.allow() },
              t('allowNotifications')),
          h('button', { type: 'button', class: 'soft small', onclick: () => this.dismiss(lack) }, t('notNow')))));
  }

  private async allow(): Promise<void> {
    await Notification.requestPermission();
    await this.check();
  }

  private dismiss(lack: Lack): void {
    this.dismissed.add(lack);
    this.look();
  }
}
