// This device's outgoing media of a call, for every media layer: microphone, camera and screen.

import { CallError } from '../calls/errors.js';
import type { DeviceChange, DeviceKind, MediaLink } from '../calls/media-layer.js';
import { DeviceChoices } from './choices.js';
import { LocalMedia } from './media.js';
import type { DeviceState } from './media.js';
import type { RtcPlatform } from './platform.js';
import { ScreenShare } from './screen.js';

/** Microphone, camera and screen of one call. */
export abstract class OwnMedia {
  /** The user's choices of microphone, camera and speaker on this device. */
  readonly choices: DeviceChoices;
  protected readonly local: LocalMedia;
  protected readonly share: ScreenShare;
  protected hasMedia = false;
  protected isClosed = false;

  /** Creates the outgoing media of the call behind `link`, with devices of `platform`. */
  protected constructor(protected readonly link: MediaLink, platform: RtcPlatform) {
    const { environment, userId } = link;
    this.choices = new DeviceChoices(environment.storage);
    this.local = new LocalMedia(platform, {
      send: (kind, track) => this.send(kind, track),
      deviceChanged: change => this.deviceChanged(change),
    }, environment.log, this.choices);
    this.share = new ScreenShare(platform, userId, () => this.screenChanged());
  }

  /** The own stream, for a preview; its tracks change. */
  get stream(): MediaStream {
    return this.local.stream;
  }

  /** Whether the microphone is muted. */
  get muted(): boolean {
    return this.local.muted;
  }

  /** Whether the camera's video is sent. */
  get cameraOn(): boolean {
    return this.local.cameraOn;
  }

  /** The microphone's state; with `missing` and `denied` the device only listens. */
  get microphone(): DeviceState {
    return this.local.microphone;
  }

  /** The camera's state. */
  get camera(): DeviceState {
    return this.local.camera;
  }

  /** The own screen, while it is shared. */
  get screen(): MediaStream | undefined {
    return this.share.stream;
  }

  /** Mutes or unmutes the microphone. */
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

  /**
   * Changes to another microphone or camera: an id of `navigator.mediaDevices.enumerateDevices()`. Rejects with `media_denied`
   * or `media_missing`.
   */
  async useDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    await this.local.useDevice(kind, deviceId);
    this.mediaChanged();
  }

  /**
   * Shares a screen of the user's choice, with its audio where the browser supports it. One party shares at a time: a previous
   * one stops. Only in a click. Rejects with `media_denied` or `media_missing`.
   */
  async shareScreen(): Promise<void> {
    await this.share.start();
  }

  /** Stops sharing the screen. */
  stopScreen(): void {
    this.share.stop();
  }

  /** Sends a device's track, or none. */
  protected abstract send(kind: DeviceKind, track: MediaStreamTrack | undefined): void;

  /** The own screen was started or stopped. */
  protected abstract screenChanged(): void;

  /** The outgoing media have changed and must be reported. */
  protected abstract mediaChanged(): void;

  /** Starts the available devices; without any the device only listens. */
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
