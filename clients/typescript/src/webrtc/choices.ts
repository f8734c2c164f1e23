// The user's choices of microphone, camera and speaker on this device, stored for the next calls.

import type { DeviceKind } from '../calls/media-layer.js';
import type { KeyValueStorage } from '../calls/storage.js';
import { readJson } from '../calls/storage.js';
import type { MediaDeviceAccess } from './platform.js';

/** The kinds of device. */
export type ChosenKind = DeviceKind | 'speaker';

/** A selectable device. */
export interface DeviceOption {
  kind: ChosenKind;
  id: string;
  /** Its label; empty until the user has granted microphone or camera once. */
  label: string;
}

const key = 'orleanscalls.devices';
const kinds: Record<string, ChosenKind> = { audioinput: 'audio', videoinput: 'video', audiooutput: 'speaker' };

/** The connected microphones, cameras and speakers; none where the page may not enumerate them. */
export async function listDevices(access: MediaDeviceAccess | undefined): Promise<DeviceOption[]> {
  const found = await access?.enumerateDevices?.().catch(() => []) ?? [];
  return found.flatMap(({ kind, deviceId, label }) => {
    const known = kinds[kind];
    // Without permission browsers list one unlabelled device of each kind, which cannot be selected.
    return known && deviceId ? [{ kind: known, id: deviceId, label }] : [];
  });
}

/** The user's choices on this device. A chosen device that is not connected is replaced by another. */
export class DeviceChoices {
  /** Creates choices stored in `storage`. */
  constructor(private readonly storage: KeyValueStorage) {}

  /** The chosen device's id; undefined for the system's default. */
  get(kind: ChosenKind): string | undefined {
    const id = (readJson<Partial<Record<ChosenKind, unknown>>>(this.storage, key) ?? {})[kind];
    return typeof id === 'string' ? id : undefined;
  }

  /** Chooses a device, or the system's default. */
  set(kind: ChosenKind, id: string | undefined): void {
    const kept = readJson<Partial<Record<ChosenKind, string>>>(this.storage, key) ?? {};
    if (id === undefined)
      delete kept[kind];
    else
      kept[kind] = id;
    this.storage.setItem(key, JSON.stringify(kept));
  }
}

const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const video: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' };

/** The media constraints for a device: exactly this one (`exact`), this one preferably, or any. */
export function constraintsFor(kind: DeviceKind, exact: string | undefined, ideal: string | undefined): MediaTrackConstraints {
  const base = kind === 'audio' ? audio : video;
  if (exact !== undefined)
    return { ...base, deviceId: { exact } };
  if (ideal === undefined)
    return base;
  // The facing mode and the device id may contradict each other.
  const { facingMode: _, ...rest } = base;
  return { ...rest, deviceId: { ideal } };
}
