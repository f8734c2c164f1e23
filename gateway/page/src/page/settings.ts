// The settings sheet: calls, devices, looks, language, keys, and signing out.

import type { CallClient, Settings } from '@orleanscalls/client';
import { quietTimes, quietUntil } from './callwords';
import { h, icon, iconButton, setText } from './dom';
import { paint, theme } from './preferences';
import type { Theme } from './preferences';
import type { Push } from './push';
import { canInstall, install } from './shell';
import { languagePicker } from './ui/language';
import { Sheet } from './ui/sheet';
import { t } from './words/table';

export interface SettingsHooks {
  signOut(): void;
  showKeys(): void;
  /** Opens the dialog of microphones, cameras and speakers. */
  devices(): void;
  say(text: string): void;
  failed(error: unknown): void;
}

export class SettingsSheet {
  readonly button: HTMLButtonElement;
  readonly sheet: Sheet;
  private readonly dnd: HTMLInputElement;
  private readonly until: HTMLSelectElement;
  private readonly untilText = h('small', { class: 'muted', 'data-testid': 'dnd-until-text' });
  private readonly waiting: HTMLInputElement;
  private readonly rings: HTMLInputElement;
  private readonly ringsLine: HTMLElement;
  private readonly installLine: HTMLElement;
  private settings: Settings | undefined;

  constructor(private readonly client: CallClient, private readonly push: Push, private readonly hooks: SettingsHooks) {
    this.dnd = toggle('dnd', on => void (on ? this.quiet() : this.save(this.client.changeSettings({ doNotDisturb: false }))));
    this.waiting = toggle('call-waiting', on => void this.save(this.client.changeSettings({ callWaiting: on })));
    this.rings = toggle('ring-closed', () => void this.ringClosed());
    this.until = h('select', { 'data-testid': 'dnd-until', 'aria-label': t('dndUntil'), onchange: () => void this.quiet() },
      ...quietTimes().map(({ words }) => h('option', {}, words)));
    client.on('settings', settings => this.show(settings));
    this.ringsLine = line('ringWhenClosed', t('ringWhenClosedHint'), this.rings);
    this.ringsLine.hidden = true;
    this.installLine = h(
      'button', { type: 'button', class: 'setting', 'data-testid': 'install', hidden: true, onclick: () => void install() },
      h('span', {}, h('strong', {}, t('install')), h('small', { class: 'muted' }, t('installHint'))), icon('install'));
    this.button = iconButton('settings', t('settings'), {
      class: 'round quiet', 'data-testid': 'settings', 'aria-haspopup': 'dialog', onclick: () => this.open(),
    });
    this.sheet = new Sheet('settings-sheet', t('settings'), [
      h('section', {}, h('h3', {}, t('calls')),
        line('doNotDisturb', t('doNotDisturbHint'), this.dnd),
        h('div', { class: 'field-line until' }, this.until, this.untilText),
        line('callWaiting', t('callWaitingHint'), this.waiting), this.ringsLine,
        h(
          'button',
          {
            type: 'button', class: 'setting', 'data-testid': 'open-devices', 'aria-haspopup': 'dialog',
            onclick: () => hooks.devices(),
          },
          h('span', {}, h('strong', {}, t('devices')), h('small', { class: 'muted' }, t('devicesHint'))), icon('mic'))),
      h(
        'section', {}, h('h3', {}, t('looks')), themes(),
        h('div', { class: 'field-line' }, h('strong', {}, t('language')), languagePicker())),
      h('section', {}, h('h3', {}, t('more')),
        h('button', { type: 'button', class: 'setting', 'data-testid': 'show-keys', onclick: () => hooks.showKeys() },
          h('span', {}, h('strong', {}, t('keyboard')), h('small', { class: 'muted' }, t('keyboardHint'))), icon('keyboard')),
        this.installLine,
        h(
          'button', { type: 'button', class: 'soft wide', 'data-testid': 'sign-out', onclick: () => hooks.signOut() },
          icon('leave'), t('signOut')))]);
  }

  open(): void {
    this.installLine.hidden = !canInstall();
    this.sheet.open();
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
        this.hooks.say(t('notificationsDenied'));
    } catch (error) {
      this.rings.checked = !wanted;
      this.hooks.failed(error);
    }
    this.rings.disabled = false;
  }

  private show(settings: Settings): void {
    this.settings = settings;
    const { doNotDisturb, doNotDisturbUntil } = settings;
    this.dnd.checked = doNotDisturb;
    this.waiting.checked = settings.callWaiting;
    this.dnd.disabled = this.waiting.disabled = this.until.disabled = false;
    if (!doNotDisturbUntil)
      this.until.selectedIndex = 0;
    setText(this.untilText, doNotDisturb && doNotDisturbUntil ? quietUntil(doNotDisturbUntil) : '');
    this.button.classList.toggle('dnd', doNotDisturb);
  }

  /** Times are computed at each opening, since "in the morning" changes every day. */
  private async quiet(): Promise<void> {
    await this.save(this.client.doNotDisturb(quietTimes()[this.until.selectedIndex]?.forMs));
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

function toggle(testId: string, change: (on: boolean) => void): HTMLInputElement {
  const input: HTMLInputElement = h('input', {
    type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': testId, disabled: true,
    onchange: () => change(input.checked),
  });
  return input;
}

function line(title: 'doNotDisturb' | 'callWaiting' | 'ringWhenClosed', detail: string, input: HTMLElement): HTMLElement {
  return h('label', { class: 'setting' }, h('span', {}, h('strong', {}, t(title)),
    h('small', { class: 'muted' }, detail)), input);
}

function themes(): HTMLElement {
  const group = h(
    'div', { class: 'tabs', role: 'group', 'aria-label': t('theme') },
    ...(['system', 'light', 'dark'] as const).map((one: Theme) =>
      h('button', {
        type: 'button', class: 'tab', 'data-testid': `theme-${one}`, 'aria-pressed': String(one === theme()),
        onclick: (event: Event) => {
          paint(one);
          for (const button of group.children)
            button.setAttribute('aria-pressed', String(button === event.currentTarget));
        },
      }, t(({ system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const)[one]))));
  return h('div', { class: 'field-line' }, h('strong', {}, t('theme')), group);
}
