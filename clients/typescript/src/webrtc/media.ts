// This device's microphone and camera during one call: available devices are used, and lost ones are replaced.

import type { Logger } from '../calls/environment.js';
import { CallError, parseMediaError } from '../calls/errors.js';
import type { DeviceChange, DeviceKind } from '../calls/media-layer.js';
import { constraintsFor } from './choices.js';
import type { DeviceChoices } from './choices.js';
import type { MediaDeviceAccess, RtcPlatform } from './platform.js';

/** The state of a device: `off` not requested, `missing` not connected, `denied` by the user or the system. */
export type DeviceState = 'off' | 'on' | 'missing' | 'denied';

/** The media's interface to its owner. */
export interface LocalMediaHooks {
  /** Sends this track from now on, or none. */
  send(kind: DeviceKind, track: MediaStreamTrack | undefined): void;
  /** Reports a change to show. */
  deviceChanged(change: DeviceChange): void;
}

const kinds: readonly DeviceKind[] = ['audio', 'video'];

/** This device's microphone and camera during one call. */
export class LocalMedia {
  private readonly states: Record<DeviceKind, DeviceState> = { audio: 'off', video: 'off' };
  private readonly chosen: Partial<Record<DeviceKind, string>> = {};
  private readonly finding = new Set<DeviceKind>();
  private devices: MediaDeviceAccess | undefined;
  private made: MediaStream | undefined;
  private isMuted = false;
  private isHeld = false;
  private isBlurred = false;
  private isClosed = false;

  /** Creates media that are not started yet. */
  constructor(
    private readonly platform: RtcPlatform, private readonly hooks: LocalMediaHooks, private readonly log: Pick<Logger, 'debug'>,
    private readonly choices?: DeviceChoices,
  ) {}

  /** One stream for the whole call; its tracks change. */
  get stream(): MediaStream {
    return this.made ??= this.platform.createStream();
  }

  /** Whether the microphone is muted. */
  get muted(): boolean {
    return this.isMuted;
  }

  /** The microphone's state. */
  get microphone(): DeviceState {
    return this.states.audio;
  }

  /** The camera's state. */
  get camera(): DeviceState {
    return this.states.video;
  }

  /** Whether the camera's video is sent. */
  get cameraOn(): boolean {
    return this.track('video') !== undefined;
  }

  /** Whether the microphone's audio is sent: it is started, not muted, and not suspended by the system. */
  get hears(): boolean {
    const track = this.track('audio');
    return track !== undefined && !this.isMuted && !this.isHeld && track.muted !== true;
  }

  /** Whether the browser can blur the background: a capability of the running camera. */
  get canBlur(): boolean {
    const capabilities = this.track('video')?.getCapabilities?.() as { backgroundBlur?: boolean[] } | undefined;
    return capabilities?.backgroundBlur?.includes(true) ?? false;
  }

  /** Whether the background is blurred. */
  get blurred(): boolean {
    return this.isBlurred && this.canBlur;
  }

  /** The track that is sent. */
  track(kind: DeviceKind): MediaStreamTrack | undefined {
    return this.made?.getTracks().find(track => track.kind === kind);
  }

  /**
   * Starts the microphone, and the camera if requested: whichever are available. Without either the device only listens. Never
   * rejects; `microphone` and `camera` have the result.
   */
  async open(withVideo: boolean): Promise<void> {
    this.listen();
    if (this.track('audio'))
      return;
    const wanted: DeviceKind[] = withVideo ? ['audio', 'video'] : ['audio'];
    if (await this.start(wanted) || !withVideo)
      return;
    // They are not available together: each is tried alone.
    if (!await this.start(['audio']) && this.states.audio === 'missing')
      await this.start(['video']);
  }

  /** Starts the camera. Rejects with `media_denied` or `media_missing`. */
  async startCamera(): Promise<void> {
    this.listen();
    if (this.track('video'))
      return;
    let cause: CallError | undefined;
    await this.start(['video'], error => cause = error);
    if (cause)
      throw new CallError(cause.code, cause.code === 'media_denied'
        ? 'The browser was not allowed to use the camera.'
        : 'The camera could not be started; another program may be using it.');
    if (!this.track('video'))
      throw new CallError('ended', 'The call is over.');
  }

  /** Stops the camera itself, so that its light goes out. */
  stopCamera(): void {
    this.drop('video');
    this.states.video = 'off';
  }

  /**
   * Changes to the device with this id (of `enumerateDevices`). Rejects with `media_denied` or `media_missing`, and then keeps
   * the previous one.
   */
  async useDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    const before = this.chosen[kind];
    this.chosen[kind] = deviceId;
    if (this.states[kind] === 'off') {
      this.choices?.set(kind, deviceId);
      return;
    }
    let cause: CallError | undefined;
    if (await this.start([kind], error => cause = error)) {
      this.choices?.set(kind, deviceId);
      return;
    }
    this.chosen[kind] = before;
    this.states[kind] = this.track(kind) ? 'on' : this.states[kind];
    if (cause)
      throw cause;
  }

  /** Mutes or unmutes the microphone; also one that is connected later. */
  mute(muted: boolean): void {
    this.isMuted = muted;
    this.enable();
  }

  /** Sends silence while the call is on hold, and the previous state afterwards. The caller stops the camera. */
  hold(held: boolean): void {
    this.isHeld = held;
    this.enable();
  }

  /** Blurs the background or not, for this camera and later ones. Rejects with `media_missing` where the browser cannot. */
  async blur(on: boolean): Promise<void> {
    if (on && !this.canBlur)
      throw new CallError('media_missing', 'This browser or camera cannot blur the background.');
    this.isBlurred = on;
    await this.applyBlur();
  }

  /** Releases all devices. */
  close(): void {
    this.isClosed = true;
    this.devices?.removeEventListener?.('devicechange', this.deviceListChanged);
    for (const kind of kinds)
      this.drop(kind);
  }

  /** Starts devices together. Returns whether they run; records the error otherwise. */
  private async start(wanted: DeviceKind[], failed?: (error: CallError) => void): Promise<boolean> {
    const { devices } = this.platform;
    try {
      if (!devices)
        throw new CallError(
          'media_missing', 'This page may not use a microphone or camera: it is not in a secure context (https, or localhost).');
      const constraints: MediaStreamConstraints = {};
      for (const kind of wanted)
        constraints[kind] = constraintsFor(kind, this.chosen[kind], this.choices?.get(kind));
      this.take(await devices.getUserMedia(constraints));
      return true;
    } catch (error) {
      const cause = error instanceof CallError ? error : parseMediaError(error);
      for (const kind of wanted)
        if (!this.track(kind))
          this.states[kind] = cause.code === 'media_denied' ? 'denied' : 'missing';
      failed?.(cause);
      return false;
    }
  }

  private take(taken: MediaStream): void {
    for (const track of taken.getTracks()) {
      // The permission prompt may be answered after the call is over.
      if (this.isClosed) {
        track.stop();
        continue;
      }
      const kind = track.kind as DeviceKind;
      this.drop(kind, false);
      this.stream.addTrack(track);
      this.states[kind] = 'on';
      track.addEventListener('ended', () => this.track(kind) === track && void this.replace(kind));
      // Another program or the system suspends or returns the device without ending the track.
      for (const [event, change] of [['mute', 'paused'], ['unmute', 'found']] as const)
        track.addEventListener(
          event, () => this.track(kind) === track && this.hooks.deviceChanged({ kind, change, label: track.label }));
      this.hooks.send(kind, track);
    }
    this.enable();
    void this.applyBlur().catch(error => this.log.debug('The background could not be blurred.', error));
  }

  private enable(): void {
    for (const track of this.made?.getAudioTracks() ?? [])
      track.enabled = !this.isMuted && !this.isHeld;
  }

  private async applyBlur(): Promise<void> {
    if (this.canBlur)
      await this.track('video')?.applyConstraints({ advanced: [{ backgroundBlur: this.isBlurred } as MediaTrackConstraintSet] });
  }

  private drop(kind: DeviceKind, isLast = true): void {
    const track = this.track(kind);
    if (!track)
      return;
    track.stop();
    this.stream.removeTrack(track);
    if (isLast && !this.isClosed)
      this.hooks.send(kind, undefined);
  }

  /** A track's device was lost: the next one replaces it. */
  private async replace(kind: DeviceKind): Promise<void> {
    this.drop(kind);
    delete this.chosen[kind];
    await this.find(kind, 'replaced', 'lost');
  }

  private async find(kind: DeviceKind, good: DeviceChange['change'], bad: DeviceChange['change'] | undefined): Promise<void> {
    // Systems report a lost device several times.
    if (this.finding.has(kind) || this.isClosed)
      return;
    this.finding.add(kind);
    try {
      const found = await this.start([kind]);
      const change = found ? good : bad;
      const label = this.track(kind)?.label;
      if (change && !this.isClosed)
        this.hooks.deviceChanged({ kind, change, ...(label ? { label } : {}) });
    } finally {
      this.finding.delete(kind);
    }
  }

  private listen(): void {
    if (this.devices || this.isClosed)
      return;
    this.devices = this.platform.devices;
    this.devices?.addEventListener?.('devicechange', this.deviceListChanged);
  }

  /**
   * The device list has changed: a missing device may be available, and a used one may be lost without its track having ended.
   */
  private readonly deviceListChanged = async () => {
    const list = await this.devices?.enumerateDevices?.().catch(() => undefined);
    for (const kind of kinds) {
      const track = this.track(kind);
      const isListed = list?.some(device => device.kind === `${kind}input`) ?? true;
      if (!track && this.states[kind] === 'missing' && isListed) {
        await this.find(kind, 'found', undefined);
      } else if (track && list) {
        const id = track.getSettings?.().deviceId;
        // A list without ids, for lack of permission, does not show whether the own device is lost.
        const isGone = id && list.every(device => device.deviceId && device.deviceId !== id);
        if (isGone || track.readyState === 'ended') {
          this.log.debug('A device is gone.', kind);
          await this.replace(kind);
        }
      }
    }
  };
}
