// The outgoing and incoming tracks of one peer connection: microphone and camera, and a screen in addition.

import type { DeviceKind } from '../calls/media-layer.js';
import type { MediaStatus } from './custom.js';
import type { RtcPlatform } from './platform.js';
import type { pictureFor } from './quality.js';

/** The resolution of sent video. */
export type Picture = ReturnType<typeof pictureFor>;

/** The tracks of one peer connection. */
export class PeerMedia {
  /** The party's audio and video. */
  readonly remote: MediaStream;
  private readonly screen: MediaStream;
  private readonly received = new Map<MediaStreamTrack, string | undefined>();
  /** Every stream announced as a screen so far: its tracks are never the party's. */
  private readonly screenIds = new Set<string>();
  private readonly screenSenders = new Map<string, RTCRtpTransceiver>();
  private status: MediaStatus | undefined;
  private isHeld = false;
  private picture: Picture | undefined;

  /** Creates the tracks of `pc`, which sends those of `stream`. */
  constructor(
    private readonly pc: RTCPeerConnection, private readonly stream: MediaStream, platform: RtcPlatform,
    private readonly changed: () => void,
  ) {
    this.remote = platform.createStream();
    this.screen = platform.createStream();
    for (const track of stream.getTracks())
      pc.addTrack(track, stream);
    pc.ontrack = ({ track, streams }) => {
      this.received.set(track, streams?.[0]?.id);
      track.enabled = !this.isHeld;
      this.sort();
    };
  }

  /** The other side's screen, while it shares one. */
  get remoteScreen(): MediaStream | undefined {
    return this.status?.screen && this.screen.getTracks().length > 0 ? this.screen : undefined;
  }

  /** The other side's status. */
  get remoteStatus(): MediaStatus | undefined {
    return this.status;
  }

  /** Handles the other side's status. */
  told(status: MediaStatus): void {
    this.status = status;
    if (status.screen)
      this.screenIds.add(status.screen.id);
    this.sort();
  }

  /** Mutes and hides the other side's media, or shows them again. */
  hold(held: boolean): void {
    this.isHeld = held;
    for (const track of this.received.keys())
      track.enabled = !held;
  }

  /** Without an own microphone or camera this side still requests the other's audio and video. */
  askToReceive(video: boolean): void {
    for (const kind of video ? ['audio', 'video'] as const : ['audio'] as const)
      if (!this.transceiver(kind))
        this.pc.addTransceiver(kind, { direction: 'recvonly' });
  }

  /** Sends another track, or none. Only the first one must be negotiated. */
  async setTrack(kind: DeviceKind, track: MediaStreamTrack | undefined): Promise<void> {
    const transceiver = this.transceiver(kind);
    if (!track) {
      await transceiver?.sender.replaceTrack(null);
    } else if (transceiver) {
      await transceiver.sender.replaceTrack(track);
      if (transceiver.direction === 'recvonly' || transceiver.direction === 'inactive')
        transceiver.direction = 'sendrecv';
    } else {
      this.pc.addTrack(track, this.stream);
    }
    // In parallel, since sending must not fail because of the resolution.
    if (kind === 'video' && track)
      await this.encode().catch(() => undefined);
  }

  /**
   * Sends a screen and its audio, marked by `marker`, or none. The transceivers of a first screen are reused for the next one.
   * Both directions are offered, since the other side may send its camera on them.
   */
  async setScreen(tracks: readonly MediaStreamTrack[], marker: MediaStream): Promise<void> {
    for (const kind of ['video', 'audio']) {
      const track = tracks.find(one => one.kind === kind);
      const known = this.screenSenders.get(kind);
      if (known) {
        await known.sender.replaceTrack(track ?? null);
        known.direction = track ? 'sendrecv' : 'recvonly';
      } else if (track) {
        this.screenSenders.set(kind, this.pc.addTransceiver(track, { direction: 'sendrecv', streams: [marker] }));
      }
    }
  }

  /** Limits the resolution of the camera's video, also of a later camera. */
  async setPicture(picture: Picture): Promise<void> {
    if (JSON.stringify(picture) === JSON.stringify(this.picture))
      return;
    this.picture = picture;
    await this.encode();
  }

  private async encode(): Promise<void> {
    const sender = this.transceiver('video')?.sender;
    const parameters = sender?.track ? sender.getParameters?.() : undefined;
    const [first] = parameters?.encodings ?? [];
    // Before the first negotiation there are no parameters; the next sample sets them.
    if (!sender || !parameters || !first || !this.picture) {
      this.picture = undefined;
      return;
    }
    Object.assign(first, this.picture);
    try {
      await sender.setParameters(parameters);
    } catch (error) {
      // A negotiation intervened: the next sample sets it.
      this.picture = undefined;
      throw error;
    }
  }

  private transceiver(kind: DeviceKind): RTCRtpTransceiver | undefined {
    const screens = [...this.screenSenders.values()];
    return this.pc.getTransceivers()
      .find(one => one.receiver.track.kind === kind && one.currentDirection !== 'stopped' && !screens.includes(one));
  }

  private sort(): void {
    for (const [track, id] of this.received) {
      const isScreen = id !== undefined && this.screenIds.has(id);
      put(track, isScreen ? this.screen : this.remote, isScreen ? this.remote : this.screen);
    }
    this.changed();
  }
}

function put(track: MediaStreamTrack, into: MediaStream, outOf: MediaStream): void {
  if (outOf.getTracks().includes(track))
    outOf.removeTrack(track);
  if (!into.getTracks().includes(track))
    into.addTrack(track);
}
