// Which microphone, camera and speaker the user has chosen on this device, kept for the next calls.

import type { DeviceKind } from '../calls/media-layer.js';
import type { KeyValueStorage } from '../calls/storage.js';
import { readJson } from '../calls/storage.js';
import type { MediaDeviceAccess } from './platform.js';

/** What can be chosen. */
export type ChosenKind = DeviceKind | 'speaker';

/** A device to choose from. */
export interface DeviceOption {
  kind: ChosenKind;
  id: string;
  /** Its name; empty until the user has allowed microphone or camera once. */
  label: string;
}

const key = 'orleanscalls.devices';
const kinds: Record<string, ChosenKind> = { audioinput: 'audio', videoinput: 'video', audiooutput: 'speaker' };

/** Microphones, cameras and speakers that are there now; none where the page may not know. */
export async function listDevices(access: MediaDeviceAccess | undefined): Promise<DeviceOption[]> {
  const found = await access?.enumerateDevices?.().catch(() => []) ?? [];
  return found.flatMap(({ kind, deviceId, label }) => {
    const known = kinds[kind];
    // Without permission browsers list one nameless device of each kind, which cannot be chosen.
    return known && deviceId ? [{ kind: known, id: deviceId, label }] : [];
  });
}

/** The user's choices on this device. A device that is chosen and not there is no reason to have none. */
export class DeviceChoices {
  /** Choices kept in `storage`. */
  constructor(private readonly storage: KeyValueStorage) {}

  /** The id that was chosen; undefined for whatever the system takes. */
  get(kind: ChosenKind): string | undefined {
    const id = (readJson<Partial<Record<ChosenKind, unknown>>>(this.storage, key) ?? {})[kind];
    return typeof id === 'string' ? id : undefined;
  }

  /** Chooses a device, or leaves it to the system. */
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

/** What to ask a device for: this one and no other (`exact`), one that would be better, or any. */
export function constraintsFor(kind: DeviceKind, exact: string | undefined, ideal: string | undefined): MediaTrackConstraints {
  const base = kind === 'audio' ? audio : video;
  if (exact !== undefined)
    return { ...base, deviceId: { exact } };
  if (ideal === undefined)
    return base;
  // Which way a camera looks and which one it is are wishes that may contradict each other.
  const { facingMode: _, ...rest } = base;
  return { ...rest, deviceId: { ideal } };
}
