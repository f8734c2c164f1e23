// One RTCPeerConnection with one remote party: perfect negotiation (the W3C pattern), ICE restarts, trickled candidates.

import type { Timer } from '../calls/environment.js';
import type { Description, IceServer, SignalKind } from '../calls/protocol.js';
import { PeerMedia } from './peer-media.js';
import type { PeerHooks, PeerOptions, PeerStats } from './peer-options.js';
import { PeerQuality } from './peer-quality.js';

/** An offer that has had no answer for so long is taken for lost, and sent again: at first so soon, then twice as late each time, and at last no more. */
const answerDueMs = 5_000;
const answerDueMostMs = 160_000;
/** An offer of the other side that meets a younger one of ours has crossed it on the way. */
const crossingMs = 2_000;

/** One peer connection with one other party. */
export class Peer {
  /** What is sent and received. */
  readonly media: PeerMedia;
  /** How good the connection is. */
  readonly quality: PeerQuality;
  private readonly pc: RTCPeerConnection;
  private readonly early: RTCIceCandidateInit[] = [];
  private iceServers: IceServer[];
  private negotiates: boolean;
  private wasConnected = false;
  private makingOffer = false;
  private ignoringOffer = false;
  private restartTimer: Timer;
  private answerTimer: Timer;
  private offeredAtMs = 0;
  private work: Promise<unknown> = Promise.resolve();

  /** A peer connection that negotiates through `hooks`. */
  constructor(readonly options: PeerOptions, private readonly hooks: PeerHooks) {
    this.negotiates = options.offersFirst;
    this.iceServers = options.iceServers;
    this.pc = options.platform.createPeerConnection({ iceServers: options.iceServers });
    this.pc.onnegotiationneeded = () => this.negotiates && void this.inTurn(() => this.offer());
    this.pc.onicecandidate = ({ candidate }) =>
      candidate ? hooks.signal('candidate', candidate.toJSON()) : hooks.signal('end_of_candidates', null);
    this.pc.onconnectionstatechange = () => {
      this.wasConnected ||= this.state === 'connected';
      hooks.changed();
    };
    this.pc.oniceconnectionstatechange = () => this.watchIce();
    this.media = new PeerMedia(this.pc, options.stream, options.platform, () => hooks.changed());
    this.quality = new PeerQuality(this.pc, this.media, () => options.environment.now());
    if (options.offersFirst)
      this.media.askToReceive(options.video);
  }

  /** Sound and picture of the other side: for the `srcObject` of a video element. */
  get remote(): MediaStream {
    return this.media.remote;
  }

  /** What the other side says of what it sends. */
  get remoteMedia(): PeerMedia['remoteStatus'] {
    return this.media.remoteStatus;
  }

  /** Whether the connection was there, is not, and is being tried again. */
  get isReconnecting(): boolean {
    return this.wasConnected && this.state !== 'connected';
  }

  /** The state of the connection. */
  get state(): RTCPeerConnectionState {
    return this.pc.connectionState;
  }

  /** How loud the other side is now, 0 to 1; 0 while nothing is heard. */
  get audioLevel(): number {
    const heard = this.pc.getReceivers().filter(({ track }) => track.kind === 'audio').flatMap(receiver => receiver.getSynchronizationSources());
    return Math.max(0, ...heard.map(source => source.audioLevel ?? 0));
  }

  /** Whether no offer or answer of the other side has been applied yet. */
  get isFresh(): boolean {
    return this.pc.remoteDescription === null;
  }

  /** The offer that goes with the invite. */
  async firstOffer(): Promise<Description> {
    this.media.askToReceive(this.options.video);
    await this.pc.setLocalDescription();
    return this.local();
  }

  /** Answers the offer that came with the invite. */
  answer(offer: Description): Promise<Description> {
    return this.inTurn(async () => {
      await this.pc.setRemoteDescription(offer);
      await this.addEarly();
      await this.pc.setLocalDescription();
      this.negotiates = true;
      return this.local();
    });
  }

  /** An answer, however it came. One that no offer of ours waits for is late, and of no use. */
  answered(answer: Description): Promise<void> {
    return this.inTurn(async () => {
      if (this.pc.signalingState !== 'have-local-offer')
        return;
      await this.pc.setRemoteDescription(answer);
      await this.addEarly();
      this.negotiates = true;
    });
  }

  /** A signal from the other side. */
  receive(kind: SignalKind, payload: unknown): Promise<void> {
    return this.inTurn(async () => {
      if (kind === 'offer')
        await this.offered(payload as Description);
      else if (kind === 'candidate')
        await this.addCandidate(payload as RTCIceCandidateInit);
    });
  }

  /** Gets a connection that is not there (any more) going again. */
  revive(): void {
    void this.inTurn(async () => {
      if (this.pc.connectionState === 'connected' || this.pc.connectionState === 'closed')
        return;
      if (this.pc.signalingState === 'have-local-offer')
        this.sendOffer();
      else if (this.negotiates)
        await this.restartIce();
    });
  }

  /** The TURN credentials are about to expire, and what they relay with them: goes over to new ones without a gap. */
  renewCredentials(): void {
    void this.inTurn(async () => {
      if (this.negotiates && this.pc.connectionState !== 'closed')
        await this.restartIce();
    });
  }

  /** The other side has no offer of ours. */
  offerAgain(): void {
    void this.inTurn(async () => {
      if (this.pc.signalingState === 'have-local-offer')
        this.sendOffer();
      else
        await this.offer();
    });
  }

  /** What comes in: figures for people who test and debug. */
  async stats(): Promise<PeerStats> {
    let framesDecoded = 0;
    let bytesReceived = 0;
    (await this.pc.getStats()).forEach((entry: RTCInboundRtpStreamStats) => {
      if (entry.type === 'inbound-rtp') {
        framesDecoded += entry.framesDecoded ?? 0;
        bytesReceived += entry.bytesReceived ?? 0;
      }
    });
    return { userId: this.options.userId, connectionState: this.pc.connectionState, framesDecoded, bytesReceived };
  }

  /** Ends the connection; the other side is not told. */
  close(): void {
    this.options.environment.clearTimeout(this.restartTimer);
    this.options.environment.clearTimeout(this.answerTimer);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
    this.pc.close();
  }

  private async offer(): Promise<void> {
    // Another offer is out, or theirs is being answered: the browser asks again once that is settled.
    if (this.pc.signalingState !== 'stable')
      return;
    this.makingOffer = true;
    try {
      await this.pc.setLocalDescription();
      this.sendOffer();
    } finally {
      this.makingOffer = false;
    }
  }

  /**
   * Offers what this side has described. The service may have handed it to a socket that was dead already, so it waits for the answer;
   * not for that of the invite's offer, which comes when somebody accepts.
   */
  private sendOffer(dueMs = answerDueMs): void {
    const { environment } = this.options;
    this.hooks.signal('offer', this.local());
    this.offeredAtMs = environment.now();
    environment.clearTimeout(this.answerTimer);
    if (!this.negotiates || dueMs > answerDueMostMs)
      return;
    this.answerTimer = environment.setTimeout(() => void this.inTurn(() => {
      if (this.pc.signalingState === 'have-local-offer')
        this.sendOffer(dueMs * 2);
    }), dueMs);
  }

  private async restartIce(): Promise<void> {
    await this.configure(this.hooks.renewIceServers());
    this.pc.restartIce();
    await this.offer();
  }

  /** Gathers with these servers from the next restart on; with those of before when there are none to be had. */
  private async configure(servers: Promise<IceServer[]>): Promise<void> {
    try {
      const iceServers = await servers;
      // The same servers again are no reason for the browser to think of a restart.
      if (iceServers === this.iceServers || this.pc.signalingState === 'closed')
        return;
      this.pc.setConfiguration({ ...this.pc.getConfiguration(), iceServers });
      this.iceServers = iceServers;
    } catch (error) {
      this.options.environment.log.debug('The ICE servers could not be renewed.', error);
    }
  }

  private async offered(offer: Description): Promise<void> {
    const collides = this.makingOffer || this.pc.signalingState !== 'stable';
    this.ignoringOffer = collides && !this.options.polite;
    // The other side would have taken its offer back for ours: it has not got it.
    if (this.ignoringOffer && this.pc.signalingState === 'have-local-offer' && this.options.environment.now() - this.offeredAtMs > crossingMs)
      this.sendOffer();
    if (this.ignoringOffer || this.pc.signalingState === 'closed')
      return;
    // The other side may restart ICE, and this side then gathers too.
    if (!this.isFresh)
      await this.configure(this.hooks.iceServers());
    // Takes back an own offer by itself.
    await this.pc.setRemoteDescription(offer);
    await this.addEarly();
    await this.pc.setLocalDescription();
    this.negotiates = true;
    this.hooks.signal('answer', this.local());
  }

  private async addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.pc.remoteDescription) {
      this.early.push(candidate);
      return;
    }
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an offer that was ignored, or of an earlier peer connection, fit nothing here.
      if (!this.ignoringOffer)
        this.options.environment.log.debug('A candidate was not used.', error);
    }
  }

  private async addEarly(): Promise<void> {
    for (const candidate of this.early.splice(0))
      await this.addCandidate(candidate);
  }

  private local(): Description {
    const { type, sdp } = this.pc.localDescription!;
    return { type: type as Description['type'], sdp };
  }

  private watchIce(): void {
    const { environment } = this.options;
    environment.clearTimeout(this.restartTimer);
    // The polite side waits longer, so that mostly one of the two restarts.
    if (this.pc.iceConnectionState === 'disconnected')
      this.restartTimer = environment.setTimeout(() => this.revive(), this.options.polite ? 3_000 : 2_000);
    else if (this.pc.iceConnectionState === 'failed')
      this.restartTimer = environment.setTimeout(() => this.revive(), this.options.polite ? 1_000 : 0);
    this.hooks.changed();
  }

  /** Descriptions are applied one after the other, in the order in which they came. */
  private inTurn<T>(act: () => Promise<T> | T): Promise<T> {
    const result = this.work.then(act);
    this.work = result.catch(error => {
      if (this.pc.signalingState !== 'closed')
        this.options.environment.log.debug('A negotiation failed.', error);
    });
    return result;
  }
}
