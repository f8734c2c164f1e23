// Do not disturb, call waiting, ringing while the page is closed, and signing out.

import type { CallClient, Settings } from '@orleanscalls/client';
import { deviceDialog, quietTimes, quietUntil } from './callwords';
import { h, iconButton, setText } from './dom';
import type { Push } from './push';

export interface SettingsHooks {
  /** Shows microphones, cameras and speakers. */
  devices(): void;
  signOut(): void;
  say(text: string): void;
  failed(error: unknown): void;
}

export class SettingsMenu {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly dnd: HTMLInputElement;
  private readonly until = h('select', { 'data-testid': 'dnd-until', 'aria-label': 'For how long', onchange: () => void this.quiet() });
  private readonly untilText = h('small', { class: 'muted', 'data-testid': 'dnd-until-text' });
  private readonly waiting: HTMLInputElement;
  private readonly rings: HTMLInputElement;
  private readonly ringsLine: HTMLElement;
  private settings: Settings | undefined;

  constructor(private readonly client: CallClient, private readonly push: Push, private readonly hooks: SettingsHooks) {
    const toggle = (testId: string, change: (on: boolean) => Promise<void>) => {
      const input = h('input', { type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': testId, disabled: true, onchange: () => void change(input.checked) });
      return input;
    };
    this.dnd = toggle('dnd', on => on ? this.quiet() : this.save(this.client.changeSettings({ doNotDisturb: false })));
    this.waiting = toggle('call-waiting', callWaiting => this.save(this.client.changeSettings({ callWaiting })));
    this.rings = toggle('ring-closed', () => this.ringClosed());
    this.until.append(...quietTimes().map(({ words }) => h('option', {}, words)));
    client.on('settings', settings => this.show(settings));
    const line = (title: string, detail: string, input: HTMLInputElement) =>
      h('label', { class: 'setting' }, h('span', {}, h('strong', {}, title), h('small', { class: 'muted' }, detail)), input);
    this.ringsLine = line('Ring when closed', 'A notification rings while this page is not open.', this.rings);
    this.ringsLine.hidden = true;
    this.button = iconButton('settings', 'Settings', { class: 'round quiet', 'data-testid': 'settings', 'aria-expanded': 'false', 'aria-controls': 'settings', onclick: () => this.open(this.panel.hidden !== false) });
    this.panel = h('div', { id: 'settings', class: 'menu', hidden: true },
      line('Do not disturb', 'Calls do not ring; they appear as missed.', this.dnd),
      h('div', { class: 'setting' }, this.until, this.untilText),
      line('Call waiting', 'Ring also while in another call.', this.waiting),
      this.ringsLine,
      h('button', { type: 'button', class: 'soft wide', 'data-testid': 'open-devices', onclick: () => hooks.devices() }, deviceDialog.title),
      h('button', { type: 'button', class: 'soft wide', 'data-testid': 'sign-out', onclick: () => hooks.signOut() }, 'Sign out'));
    this.element = h('div', { class: 'menu-anchor', onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !this.panel.hidden) {
        this.open(false);
        this.button.focus();
      }
    } }, this.button, this.panel);
    document.addEventListener('pointerdown', event => {
      if (!this.element.contains(event.target as Node))
        this.open(false);
    });
  }

  async load(): Promise<void> {
    try {
      this.show(await this.client.settings());
      this.ringsLine.hidden = !await this.push.isOffered();
      this.rings.checked = !this.ringsLine.hidden && await this.push.load();
      this.rings.disabled = false;
    } catch (error) {
      this.hooks.failed(error);
    }
  }

  private async ringClosed(): Promise<void> {
    const wanted = this.rings.checked;
    this.rings.disabled = true;
    try {
      const state = wanted ? await this.push.turnOn() : (await this.push.turnOff(), 'default');
      this.rings.checked = state === 'on';
      if (wanted && state === 'denied')
        this.hooks.say('This page may not show notifications. Allow it in the browser, beside the address.');
    } catch (error) {
      this.rings.checked = !wanted;
      this.hooks.failed(error);
    }
    this.rings.disabled = false;
  }

  private open(open: boolean): void {
    this.panel.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
  }

  private show(settings: Settings): void {
    this.settings = settings;
    this.dnd.checked = settings.doNotDisturb;
    setText(this.untilText, settings.doNotDisturb && settings.doNotDisturbUntil ? quietUntil(settings.doNotDisturbUntil) : '');
    this.waiting.checked = settings.callWaiting;
    this.dnd.disabled = this.waiting.disabled = false;
    this.button.classList.toggle('dnd', settings.doNotDisturb);
  }

  /** Times are made anew, since "in the morning" is another time each day. */
  private async quiet(): Promise<void> {
    const forMs = quietTimes()[this.until.selectedIndex]?.forMs;
    await this.save(this.client.doNotDisturb(forMs));
  }

  private async save(work: Promise<Settings>): Promise<void> {
    const before = this.settings!;
    try {
      this.show(await work);
    } catch (error) {
      this.show(before);
      this.hooks.failed(error);
    }
  }
}
