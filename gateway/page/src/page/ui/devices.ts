// The choice of microphone, camera and speaker, with a level and a preview. Which devices there are is the caller's to know.

import { h } from '../dom';
import { t } from '../words/table';

export type Device = 'microphone' | 'camera' | 'speaker';

export interface DeviceChoice {
  id: string;
  label: string;
}

const titles = { microphone: 'microphone', camera: 'camera', speaker: 'speaker' } as const;

/** A part of a sheet: three lists, a level meter, and the own picture. */
export class DevicePicker {
  readonly element: HTMLElement;
  private readonly preview = h('video', { class: 'preview', autoplay: true, playsinline: true, 'aria-label': t('ownPicture'), 'data-testid': 'device-preview', hidden: true });
  private readonly meter = h('meter', { min: 0, max: 1, low: 0.02, optimum: 0.5, value: 0, 'aria-label': t('level'), 'data-testid': 'device-level' });
  private readonly lists: Record<Device, HTMLSelectElement>;
  private readonly lines: Record<Device, HTMLElement>;

  constructor(choose: (device: Device, id: string) => void) {
    this.preview.muted = true;
    const list = (device: Device) => {
      const select: HTMLSelectElement = h('select', { 'data-testid': `device-${device}`, 'aria-label': t(titles[device]), onchange: () => choose(device, select.value) });
      return select;
    };
    const line = (device: Device, ...extra: HTMLElement[]) => h('label', { class: 'field-line' }, h('strong', {}, t(titles[device])), this.lists[device], ...extra);
    this.lists = { microphone: list('microphone'), camera: list('camera'), speaker: list('speaker') };
    this.lines = { microphone: line('microphone', this.meter), camera: line('camera'), speaker: line('speaker') };
    this.element = h('div', { class: 'device-picker', 'data-testid': 'device-picker' }, this.preview, this.lines.microphone, this.lines.camera, this.lines.speaker);
  }

  /** The devices of a kind; none hides a list where the browser gives no choice (`undefined`), and says so where there is no device. */
  show(device: Device, choices: DeviceChoice[] | undefined, chosen?: string): void {
    this.lines[device].hidden = choices === undefined;
    const select = this.lists[device];
    select.disabled = !choices?.length;
    select.replaceChildren(...(choices?.length ? choices : [{ id: '', label: t('noDevice') }])
      .map(({ id, label }) => h('option', { value: id, selected: id === chosen }, label)));
  }

  /** How loud the own microphone is, 0 to 1. */
  level(value: number): void {
    this.meter.value = value;
  }

  picture(stream: MediaStream | undefined): void {
    this.preview.hidden = stream === undefined;
    this.preview.srcObject = stream ?? null;
  }
}
