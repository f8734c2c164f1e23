// The sheet with what can be set: calls, devices, looks, language, keys, and signing out.

import type { CallClient, Settings, SettingsChange } from '@orleanscalls/client';
import { h, icon, iconButton, setText } from './dom';
import { paint, theme } from './preferences';
import type { Theme } from './preferences';
import type { Push } from './push';
import { canInstall, install } from './shell';
import { languagePicker } from './ui/language';
import { Sheet } from './ui/sheet';
import { when } from './words';
import { t } from './words/table';

export interface SettingsHooks {
  /** The sheet is to be seen, or no longer. */
  shown(isShown: boolean): void;
  signOut(): void;
  showKeys(): void;
  say(text: string): void;
  failed(error: unknown): void;
}

/** How long not to be disturbed, in hours; `morning` is eight o'clock of the next day that has one. */
const pauses = { hour: 1, evening: 8, morning: undefined } as const;
type Pause = keyof typeof pauses | 'ever';

export class SettingsSheet {
  readonly button: HTMLButtonElement;
  readonly sheet: Sheet;
  /** Sections of other parts of the page, such as the choice of devices. */
  readonly sections = h('div', { class: 'sections' });
  private readonly dnd: HTMLInputElement;
  private readonly until: HTMLSelectElement;
  private readonly untilText = h('small', { class: 'muted', 'data-testid': 'dnd-until-text' });
  private readonly waiting: HTMLInputElement;
  private readonly rings: HTMLInputElement;
  private readonly ringsLine: HTMLElement;
  private readonly installLine: HTMLElement;
  private settings: Settings | undefined;

  constructor(private readonly client: CallClient, private readonly push: Push, private readonly hooks: SettingsHooks) {
    this.dnd = toggle('dnd', on => void this.save({ doNotDisturb: on }));
    this.waiting = toggle('call-waiting', on => void this.save({ callWaiting: on }));
    this.rings = toggle('ring-closed', () => void this.ringClosed());
    this.until = h('select', { 'data-testid': 'dnd-until', 'aria-label': t('dndUntil'), onchange: () => void this.pause(this.until.value as Pause) },
      ...(['ever', 'hour', 'evening', 'morning'] as const).map(value =>
        h('option', { value }, t(({ ever: 'dndForEver', hour: 'dndHour', evening: 'dndEvening', morning: 'dndMorning' } as const)[value]))));
    client.on('settings', settings => this.show(settings));
    this.ringsLine = line('ringWhenClosed', t('ringWhenClosedHint'), this.rings);
    this.ringsLine.hidden = true;
    this.installLine = h('button', { type: 'button', class: 'setting', 'data-testid': 'install', hidden: true, onclick: () => void install() },
      h('span', {}, h('strong', {}, t('install')), h('small', { class: 'muted' }, t('installHint'))), icon('install'));
    this.button = iconButton('settings', t('settings'), { class: 'round quiet', 'data-testid': 'settings', 'aria-haspopup': 'dialog', onclick: () => this.open() });
    this.sheet = new Sheet('settings-sheet', t('settings'), [
      h('section', {}, h('h3', {}, t('calls')),
        line('doNotDisturb', this.untilText, this.dnd), h('label', { class: 'field-line until' }, this.until),
        line('callWaiting', t('callWaitingHint'), this.waiting), this.ringsLine),
      this.sections,
      h('section', {}, h('h3', {}, t('looks')), themes(), h('div', { class: 'field-line' }, h('strong', {}, t('language')), languagePicker())),
      h('section', {}, h('h3', {}, t('more')),
        h('button', { type: 'button', class: 'setting', 'data-testid': 'show-keys', onclick: () => hooks.showKeys() },
          h('span', {}, h('strong', {}, t('keyboard')), h('small', { class: 'muted' }, t('keyboardHint'))), icon('keyboard')),
        this.installLine,
        h('button', { type: 'button', class: 'soft wide', 'data-testid': 'sign-out', onclick: () => hooks.signOut() }, icon('leave'), t('signOut')))], () => hooks.shown(false));
  }

  open(): void {
    this.installLine.hidden = !canInstall();
    this.sheet.open();
    this.hooks.shown(true);
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
    this.until.closest('label')!.hidden = !doNotDisturb;
    if (!doNotDisturbUntil)
      this.until.value = 'ever';
    setText(this.untilText, doNotDisturb && doNotDisturbUntil ? t('dndUntilTime', { when: when(doNotDisturbUntil) }) : t('doNotDisturbHint'));
    this.button.classList.toggle('dnd', doNotDisturb);
  }

  /** By the service's clock: the device's own may be wrong. */
  private pause(pause: Pause): Promise<void> {
    return this.keep(this.client.doNotDisturb(pause === 'ever' ? undefined : end(pause).getTime() - Date.now()));
  }

  private save(change: SettingsChange): Promise<void> {
    return this.keep(this.client.changeSettings(change));
  }

  private async keep(work: Promise<Settings>): Promise<void> {
    const before = this.settings!;
    try {
      this.show(await work);
    } catch (error) {
      this.show(before);
      this.hooks.failed(error);
    }
  }
}

function end(pause: keyof typeof pauses): Date {
  const time = new Date();
  const hours = pauses[pause];
  if (hours !== undefined) {
    time.setTime(time.getTime() + hours * 3_600_000);
  } else {
    time.setDate(time.getDate() + (time.getHours() < 8 ? 0 : 1));
    time.setHours(8, 0, 0, 0);
  }
  return time;
}

function toggle(testId: string, change: (on: boolean) => void): HTMLInputElement {
  const input: HTMLInputElement = h('input', {
    type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': testId, disabled: true, onchange: () => change(input.checked),
  });
  return input;
}

function line(title: 'doNotDisturb' | 'callWaiting' | 'ringWhenClosed', detail: string | HTMLElement, input: HTMLElement): HTMLElement {
  return h('label', { class: 'setting' }, h('span', {}, h('strong', {}, t(title)),
    typeof detail === 'string' ? h('small', { class: 'muted' }, detail) : detail), input);
}

function themes(): HTMLElement {
  const group = h('div', { class: 'tabs', role: 'group', 'aria-label': t('theme') }, ...(['system', 'light', 'dark'] as const).map((one: Theme) =>
    h('button', {
      type: 'button', class: 'tab', 'data-testid': `theme-${one}`, 'aria-pressed': String(one === theme()), onclick: (event: Event) => {
        paint(one);
        for (const button of group.children)
          button.setAttribute('aria-pressed', String(button === event.currentTarget));
      },
    }, t(({ system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const)[one]))));
  return h('div', { class: 'field-line' }, h('strong', {}, t('theme')), group);
}
