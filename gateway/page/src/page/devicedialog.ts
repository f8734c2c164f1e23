// Chooses microphone, camera and speaker: before a call with its own preview, during a call for that call.

import { DeviceChoices, listDevices, safeStorage } from '@orleanscalls/client';
import type { ChosenKind, DeviceKind, DeviceOption, Session } from '@orleanscalls/client';
import type { Ringer } from '@orleanscalls/client/browser';
import { h } from './dom';
import { Sheet } from './ui/sheet';
import { t } from './words/table';

/** This browser's storage, which the client uses for its choices, too. */
export const storage = safeStorage(() => localStorage);

const kinds = ['audio', 'video', 'speaker'] as const;
const titles = { audio: 'microphone', video: 'camera', speaker: 'speaker' } as const;

export interface DeviceDialogHooks {
  failed(error: unknown): void;
  /** Another speaker was chosen. */
  speaker(): void;
}

export class DeviceDialog {
  readonly sheet: Sheet;
  /** The choices on this device. */
  readonly choices = new DeviceChoices(storage);
  private readonly selects: Record<ChosenKind, HTMLSelectElement>;
  private readonly meter = h('meter', { min: 0, max: 1, value: 0, 'aria-label': t('level'), 'data-testid': 'level' });
  private readonly preview = h(
    'video', { class: 'preview', autoplay: true, playsinline: true, 'aria-label': t('ownPicture'), 'data-testid': 'preview' });
  private readonly blur = h(
    'input', { type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': 'blur', onchange: () => void this.blurred() });
  private readonly blurLine = h('label', { class: 'setting' }, h('strong', {}, t('blur')), this.blur);
  private session: Session | undefined;
  private own: MediaStream | undefined;
  private stopMeter: () => void = () => undefined;
  private readonly listed = () => void this.list();

  constructor(private readonly ringer: Ringer, private readonly hooks: DeviceDialogHooks) {
    this.preview.muted = true;
    const select = (kind: ChosenKind) =>
      h('select', { 'data-testid': `device-${kind}`, 'aria-label': t(titles[kind]), onchange: () => void this.choose(kind) });
    this.selects = { audio: select('audio'), video: select('video'), speaker: select('speaker') };
    const line = (kind: ChosenKind) => h('label', { class: 'field-line' }, h('strong', {}, t(titles[kind])), this.selects[kind]);
    this.sheet = new Sheet('devices', t('devices'), [
      h(
        'div', { class: 'device-picker' }, this.preview, line('audio'), h('div', { class: 'field-line' }, this.meter),
        line('video'), this.blurLine, line('speaker')),
    ], () => this.closed());
  }

  async open(session: Session | undefined): Promise<void> {
    this.session = session;
    this.sheet.open();
    navigator.mediaDevices?.addEventListener('devicechange', this.listed);
    await this.show();
  }

  close(): void {
    this.sheet.close();
  }

  /** Shows the devices in use; requests them first outside of calls, because browsers show no labels before. */
  private async show(): Promise<void> {
    this.stop();
    if (!this.session)
      this.own = await this.start();
    // Closed meanwhile.
    if (!this.sheet.isOpen)
      return this.stop();
    const stream = this.session?.media.stream ?? this.own;
    this.preview.hidden = !stream?.getVideoTracks().length;
    this.preview.srcObject = stream ?? null;
    if (stream)
      this.stopMeter = this.ringer.watchLevel(stream, level => this.meter.value = level);
    this.blurLine.hidden = !this.session?.media.canBlur;
    this.blur.checked = this.session?.media.blurred ?? false;
    await this.list();
  }

  private async start(): Promise<MediaStream | undefined> {
    const wish = (kind: DeviceKind) => {
      const id = this.choices.get(kind);
      return id === undefined ? true : { deviceId: { ideal: id } };
    };
    const stream = new MediaStream();
    for (const kind of ['audio', 'video'] as const) {
      const one = await navigator.mediaDevices?.getUserMedia({ [kind]: wish(kind) }).catch(() => undefined);
      one?.getTracks().forEach(track => stream.addTrack(track));
    }
    return stream;
  }

  private async list(): Promise<void> {
    const devices = await listDevices(navigator.mediaDevices);
    for (const kind of kinds)
      this.fill(this.selects[kind], kind, devices.filter(device => device.kind === kind));
    this.selects.speaker.parentElement!.hidden = !('setSinkId' in HTMLMediaElement.prototype);
  }

  private fill(select: HTMLSelectElement, kind: ChosenKind, devices: DeviceOption[]): void {
    const chosen = this.choices.get(kind);
    select.replaceChildren(h('option', { value: '' }, t('systemDevice')),
      ...devices.filter(({ id }) => id !== 'default')
        .map(({ id, label }, index) => h('option', { value: id }, label || `${t(titles[kind])} ${index + 1}`)));
    select.value = devices.some(({ id }) => id === chosen) ? chosen! : '';
  }

  private async choose(kind: ChosenKind): Promise<void> {
    const id = this.selects[kind].value || undefined;
    try {
      if (kind !== 'speaker' && id !== undefined && this.session)
        await this.session.media.useDevice(kind, id);
      this.choices.set(kind, id);
      if (kind === 'speaker')
        this.hooks.speaker();
      else
        await this.show();
    } catch (error) {
      await this.list();
      this.hooks.failed(error);
    }
  }

  private async blurred(): Promise<void> {
    try {
      await this.session?.media.setBlur(this.blur.checked);
    } catch (error) {
      this.blur.checked = !this.blur.checked;
      this.hooks.failed(error);
    }
  }

  private stop(): void {
    this.stopMeter();
    this.stopMeter = () => undefined;
    this.own?.getTracks().forEach(track => track.stop());
    this.own = undefined;
    this.preview.srcObject = null;
  }

  private closed(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.listed);
    this.stop();
    this.session = undefined;
  }
}

/** Plays an element's sound on the chosen speaker, where the browser supports that. */
export function useSpeaker(element: HTMLMediaElement, choices: DeviceChoices): void {
  const sink = element as HTMLMediaElement & { setSinkId?(id: string): Promise<void> };
  // A disconnected speaker leaves the sound unchanged.
  sink.setSinkId?.(choices.get('speaker') ?? '').catch(() => undefined);
}
