// Media of one call by WebRTC: this device's media, and a peer connection to each party.

import { parseHubError } from '../calls/errors.js';
import type { CallMedia, DeviceKind, MediaLayer, MediaLink } from '../calls/media-layer.js';
import type { Description, OpenCall, Signal } from '../calls/protocol.js';
import * as reduce from '../calls/reduce.js';
import type { MediaStatus } from './custom.js';
import { IceKeeper } from './ice-keeper.js';
import { FirstOffer } from './offers.js';
import { OwnMedia } from './own-media.js';
import type { PeerStats } from './peer-options.js';
import type { Peer } from './peer.js';
import { Peers } from './peers.js';
import { browserRtc } from './platform.js';
import type { RtcPlatform } from './platform.js';

/** Options of the WebRTC layer. */
export interface RtcOptions {
  /** The platform's WebRTC; the browser's own by default. */
  rtc?: RtcPlatform;
}

/** A media layer by WebRTC: `new CallsClient(options, webRtc())`. */
export function webRtc(options: RtcOptions = {}): MediaLayer<RtcCall> {
  return link => new RtcCall(link, options);
}

/** Media of one call by WebRTC. */
export class RtcCall extends OwnMedia implements CallMedia {
  /** The peer connections. */
  readonly peers: Peers;
  private readonly firstOffer: FirstOffer;
  private readonly ice: IceKeeper;
  private isHeld = false;
  private hadCamera = false;
  /** Parties whose peer connection to this device is lost and must be created again. */
  private readonly lost = new Set<string>();

  /** Creates the media layer of the call behind `link`. */
  constructor(link: MediaLink, options: RtcOptions) {
    const platform = options.rtc ?? browserRtc;
    super(link, platform);
    const { environment } = link;
    const { local } = this;
    this.ice = new IceKeeper(link, () => this.peers.renewCredentials());
    this.peers = new Peers({
      get callId() { return link.call.callId; },
      get video() { return link.call.media === 'video'; },
      environment,
      platform,
      send: link.send,
      iceServers: () => this.ice.get(),
      renewIceServers: () => this.ice.renew(),
      isPolite: userId => reduce.isOneToOne(link.call) ? link.call.caller.id !== link.userId : link.userId > userId,
      isLive: () => this.isLive,
      changed: () => link.changed(),
      get stream() { return local.stream; },
      screen: this.share,
      sending: () => this.sending(),
      screenShared: (userId, screen) => this.share.otherShares(userId, screen),
    });
    this.firstOffer = new FirstOffer({
      request: async () => (await link.send('RequestOffer', { callId: link.call.callId })).offer,
      takeSignalled: () => this.peers.takeWaitingOffer(link.call.caller.id)?.payload as Description | undefined,
      environment,
    });
  }

  /** Whether the devices were requested, so that mute and camera have an effect. */
  get isOpen(): boolean {
    return this.hasMedia;
  }

  /** The connection to a party: its media (`remote`), its `state`, and its status of microphone and camera. */
  peer(userId: string): Peer | undefined {
    return this.peers.get(userId);
  }

  /** Whether this browser can share a screen. */
  get canShareScreen(): boolean {
    return this.share.isPossible;
  }

  /** The party that shares a screen, as `media.remoteScreen`. */
  get screenOf(): string | undefined {
    return this.peers.userIds.find(userId => this.peer(userId)?.media.remoteScreen !== undefined);
  }

  /** Whether this browser can blur the background of the running camera. */
  get canBlur(): boolean {
    return this.local.canBlur;
  }

  /** Whether the background is blurred. */
  get blurred(): boolean {
    return this.local.blurred;
  }

  /** Blurs the background or not. Rejects with `media_missing` where the browser cannot. */
  async setBlur(on: boolean): Promise<void> {
    await this.local.blur(on);
    this.link.changed();
  }

  /** Whether this call is on hold. */
  get held(): boolean {
    return this.isHeld;
  }

  /** Holds or resumes the call: on hold no media flow in either direction, and the others are notified. */
  async setHeld(held: boolean): Promise<void> {
    if (held === this.isHeld || this.isClosed)
      return;
    this.isHeld = held;
    this.local.hold(held);
    this.peers.hold(held);
    if (held) {
      this.hadCamera = this.cameraOn;
      this.share.stop();
      this.local.stopCamera();
    }
    this.mediaChanged();
    if (!held && this.hadCamera)
      await this.setCamera(true);
  }

  /** Returns statistics of the incoming media of each party. */
  stats(): Promise<PeerStats[]> {
    return this.peers.stats();
  }

  /** @inheritDoc */
  async offer({ video }: { video: boolean }): Promise<Description | undefined> {
    await this.openMedia(video);
    const [callee, ...others] = this.link.call.legs;
    // With one callee the offer goes with the invite; with several each pair negotiates after joining.
    if (!callee || others.length > 0)
      return undefined;
    const peer = await this.peers.connect(callee.userId, false);
    return await peer.firstOffer();
  }

  /** @inheritDoc */
  async answer({ video }: { video: boolean }): Promise<Description | undefined> {
    await this.openMedia(video);
    if (!reduce.isOneToOne(this.link.call))
      return undefined;
    const offer = await this.firstOffer.get();
    this.mustBeOpen();
    const peer = await this.peers.connect(this.link.call.caller.id, false);
    return await peer.answer(offer);
  }

  /** @inheritDoc */
  async restore({ video }: { video: boolean }): Promise<void> {
    const { call, userId } = this.link;
    for (const other of reduce.parties(call))
      if (other !== userId)
        this.lost.add(other);
    await this.openMedia(video);
  }

  /** @inheritDoc */
  open(): void {
    this.peers.open();
  }

  /** @inheritDoc */
  invited(invite: OpenCall): void {
    this.firstOffer.learn(invite.offer);
    if (invite.iceServers?.length)
      this.ice.learn(invite.iceServers);
  }

  /** @inheritDoc */
  joined(userId: string, answer: Description | undefined): void {
    const peer = this.peers.get(userId);
    // Only the first negotiation uses this; a later answer would not match, nor would one to a closed page.
    if (answer && peer?.isFresh && !this.lost.has(userId))
      void peer.answered(answer);
    this.peers.expectAnswer(userId);
  }

  /** @inheritDoc */
  async signalled(signal: Signal): Promise<void> {
    await this.peers.receive(signal);
    if (signal.kind === 'offer')
      this.firstOffer.wake();
  }

  /** @inheritDoc */
  reconnected(): void {
    this.peers.revive();
  }

  /** @inheritDoc */
  leave(): Promise<void> {
    return this.peers.sayBye();
  }

  /** @inheritDoc */
  close(): void {
    this.isClosed = true;
    this.ice.close();
    this.firstOffer.wake();
    this.peers.close(this.link.call.state === 'ended');
    this.share.stop();
    this.local.close();
  }

  /** Keeps a peer connection to each joined party, and to no other. */
  update(): void {
    if (!this.isLive)
      return;
    const { call, userId: me } = this.link;
    for (const userId of reduce.parties(call))
      if (reduce.isGone(call, userId))
        this.peers.drop(userId);
    for (const userId of reduce.othersIn(call, me)) {
      if (this.peers.get(userId) || this.peers.hasLeft(userId))
        continue;
      if (this.lost.delete(userId))
        this.background(this.peers.restart(userId));
      else if (!reduce.isOneToOne(call))
        this.background(this.peers.connect(userId, me < userId));
    }
  }

  private get isLive(): boolean {
    return this.link.place === 'here' && this.hasMedia;
  }

  protected override send(kind: DeviceKind, track: MediaStreamTrack | undefined): void {
    this.background(this.peers.setTrack(kind, track));
  }

  private sending(): MediaStatus {
    const { info } = this.share;
    return {
      audio: this.local.hears, video: this.cameraOn, ...(info ? { screen: info } : {}), ...(this.isHeld ? { held: true } : {}),
    };
  }

  protected override screenChanged(): void {
    if (this.isClosed)
      return;
    this.background(this.peers.shareScreen());
    this.link.changed();
  }

  protected override mediaChanged(): void {
    if (this.isClosed)
      return;
    this.peers.tellMedia();
    this.link.changed();
  }

  private background(work: Promise<unknown>): void {
    work.catch(error => !this.isClosed && this.link.failed(parseHubError(error)));
  }
}
