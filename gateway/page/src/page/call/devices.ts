// Which microphone, camera and speaker are used: before a call with a preview of its own, in a call for that call.

import { DeviceChoices, listDevices, safeStorage } from '@orleanscalls/client';
import type { ChosenKind, DeviceKind, Session } from '@orleanscalls/client';
import type { Ringer } from '@orleanscalls/client/browser';
import { h } from '../dom';
import { DevicePicker } from '../ui/devices';
import type { Device } from '../ui/devices';
import { t } from '../words/table';

/** What this browser keeps; the client keeps its choices there, too. */
export const storage = safeStorage(() => localStorage);
const choices = new DeviceChoices(storage);
const kinds: Record<Device, ChosenKind> = { microphone: 'audio', camera: 'video', speaker: 'speaker' };

export interface DevicesHooks {
  /** The call that goes on. */
  call(): Session | undefined;
  failed(error: unknown): void;
}

/** A section of the settings, which asks for devices only while it is to be seen. */
export class Devices {
  readonly element: HTMLElement;
  private readonly picker = new DevicePicker((device, id) => void this.choose(kinds[device], id));
  private session: Session | undefined;
  private own: MediaStream | undefined;
  private isOpen = false;
  private stopMeter: () => void = () => undefined;
  private readonly listed = () => void this.list();

  constructor(private readonly ringer: Ringer, private readonly hooks: DevicesHooks) {
    this.element = h('section', {}, h('h3', {}, t('devices')), this.picker.element);
  }

  async open(): Promise<void> {
    if (this.isOpen)
      return;
    this.isOpen = true;
    this.session = this.hooks.call();
    navigator.mediaDevices?.addEventListener('devicechange', this.listed);
    await this.show();
  }

  close(): void {
    this.isOpen = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.listed);
    this.stop();
  }

  /** Asks for the devices first where no call has them, because browsers name none before. */
  private async show(): Promise<void> {
    this.stop();
    const own = this.session ? undefined : await this.start();
    this.own = own;
    // Closed, or shown anew, meanwhile.
    if (!this.isOpen)
      return this.stop();
    const stream = this.session?.media.stream ?? own;
    this.picker.picture(stream?.getVideoTracks().length ? stream : undefined);
    if (stream)
      this.stopMeter = this.ringer.watchLevel(stream, level => this.picker.level(level));
    await this.list();
  }

  private async start(): Promise<MediaStream> {
    const stream = new MediaStream();
    for (const kind of ['audio', 'video'] as const) {
      const id = choices.get(kind);
      const wish = id === undefined ? true : { deviceId: { ideal: id } };
      const one = await navigator.mediaDevices?.getUserMedia({ [kind]: wish }).catch(() => undefined);
      one?.getTracks().forEach(track => stream.addTrack(track));
    }
    return stream;
  }

  private async list(): Promise<void> {
    const found = await listDevices(navigator.mediaDevices);
    for (const [device, kind] of Object.entries(kinds) as [Device, ChosenKind][]) {
      const options = found.filter(one => one.kind === kind && one.id !== 'default')
        .map(({ id, label }, index) => ({ id, label: label || `${t(device)} ${index + 1}` }));
      const used = kind === 'speaker' ? choices.get(kind) : this.used(kind) ?? choices.get(kind);
      const isOffered = kind !== 'speaker' || 'setSinkId' in HTMLMediaElement.prototype;
      this.picker.show(device, isOffered ? options.length > 0 ? [{ id: '', label: t('systemChoice') }, ...options] : [] : undefined,
        options.some(({ id }) => id === used) ? used : '');
    }
  }

  private used(kind: DeviceKind): string | undefined {
    return (this.session?.media.stream ?? this.own)?.getTracks().find(track => track.kind === kind)?.getSettings().deviceId;
  }

  private async choose(kind: ChosenKind, chosen: string): Promise<void> {
    const id = chosen || undefined;
    try {
      if (kind !== 'speaker' && id !== undefined)
        await this.session?.media.useDevice(kind, id);
      choices.set(kind, id);
      if (kind === 'speaker')
        document.querySelectorAll('video').forEach(useSpeaker);
      else
        await this.show();
    } catch (error) {
      await this.list();
      this.hooks.failed(error);
    }
  }

  private stop(): void {
    this.stopMeter();
    this.stopMeter = () => undefined;
    this.own?.getTracks().forEach(track => track.stop());
    this.own = undefined;
    this.picker.picture(undefined);
    this.picker.level(0);
  }
}

/** Plays an element's sound on the chosen speaker, where the browser can choose. */
export function useSpeaker(element: HTMLMediaElement): void {
  const sink = element as HTMLMediaElement & { setSinkId?(id: string): Promise<void>; sinkId?: string };
  const id = choices.get('speaker') ?? '';
  // A speaker that is gone leaves the sound where it was.
  if ((sink.sinkId ?? '') !== id)
    sink.setSinkId?.(id).catch(() => undefined);
}
