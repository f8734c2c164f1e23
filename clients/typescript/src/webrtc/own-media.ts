// This device's half of a call's media, whichever way it travels: microphone, camera and screen.

import { CallError } from '../calls/errors.js';
import type { DeviceChange, DeviceKind, MediaLink } from '../calls/media-layer.js';
import { DeviceChoices } from './choices.js';
import { LocalMedia } from './media.js';
import type { DeviceState } from './media.js';
import type { RtcPlatform } from './platform.js';
import { ScreenShare } from './screen.js';

/** Microphone, camera and screen of one call. */
export abstract class OwnMedia {
  /** The microphone, camera and speaker that the user has chosen on this device. */
  readonly choices: DeviceChoices;
  protected readonly local: LocalMedia;
  protected readonly share: ScreenShare;
  protected hasMedia = false;
  protected isClosed = false;

  /** Devices of `platform` for the call behind `link`. */
  protected constructor(protected readonly link: MediaLink, platform: RtcPlatform) {
    const { environment, userId } = link;
    this.choices = new DeviceChoices(environment.storage);
    this.local = new LocalMedia(platform, {
      send: (kind, track) => this.send(kind, track),
      deviceChanged: change => this.deviceChanged(change),
    }, environment.log, this.choices);
    this.share = new ScreenShare(platform, userId, () => this.screenChanged());
  }

  /** The own stream, for a preview; its tracks come and go. */
  get stream(): MediaStream {
    return this.local.stream;
  }

  /** Whether the microphone is muted. */
  get muted(): boolean {
    return this.local.muted;
  }

  /** Whether a camera picture is sent. */
  get cameraOn(): boolean {
    return this.local.cameraOn;
  }

  /** How the microphone stands; `missing` and `denied` mean that the call is only listened to. */
  get microphone(): DeviceState {
    return this.local.microphone;
  }

  /** How the camera stands. */
  get camera(): DeviceState {
    return this.local.camera;
  }

  /** The own screen while it is shared. */
  get screen(): MediaStream | undefined {
    return this.share.stream;
  }

  /** Mutes the microphone, or not. */
  setMuted(muted: boolean): void {
    this.local.mute(muted);
    this.mediaChanged();
  }

  /** Turns the camera on or off. Rejects with `media_denied` or `media_missing`. */
  async setCamera(on: boolean): Promise<void> {
    if (on)
      await this.local.startCamera();
    else
      this.local.stopCamera();
    this.mediaChanged();
  }

  /** Uses another microphone or camera: an id of `navigator.mediaDevices.enumerateDevices()`. Rejects with `media_denied` or `media_missing`. */
  async useDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    await this.local.useDevice(kind, deviceId);
    this.mediaChanged();
  }

  /**
   * Shares a screen, with its sound where the browser has it; the user chooses which. One person shares at a time: whoever did so stops.
   * In a click only. Rejects with `media_denied` or `media_missing`.
   */
  async shareScreen(): Promise<void> {
    await this.share.start();
  }

  /** Shares no screen any more. */
  stopScreen(): void {
    this.share.stop();
  }

  /** Sends a track of a device, or none any more. */
  protected abstract send(kind: DeviceKind, track: MediaStreamTrack | undefined): void;

  /** The own screen came or went. */
  protected abstract screenChanged(): void;

  /** What is sent has changed, and is to be said. */
  protected abstract mediaChanged(): void;

  /** Opens the devices that there are; a call without one of them is only listened to. */
  protected async openMedia(video: boolean): Promise<void> {
    await this.local.open(video);
    this.mustBeOpen();
    this.hasMedia = true;
    for (const [kind, state] of [['audio', this.microphone], ['video', this.camera]] as const)
      if (state === 'missing' || state === 'denied')
        this.link.deviceChanged({ kind, change: state });
    this.link.changed();
  }

  /** Throws when the call is over. */
  protected mustBeOpen(): void {
    if (this.isClosed)
      throw new CallError('ended', 'The call is over.');
  }

  private deviceChanged(change: DeviceChange): void {
    this.mediaChanged();
    this.link.deviceChanged(change);
  }
}
