// One RTCPeerConnection with one remote party: perfect negotiation (the W3C pattern), ICE restarts, trickled candidates.

import type { Timer } from '../calls/environment.js';
import type { Description, IceServer, SignalKind } from '../calls/protocol.js';
import { PeerMedia } from './peer-media.js';
import type { PeerHooks, PeerOptions, PeerStats } from './peer-options.js';
import { PeerQuality } from './peer-quality.js';

/**
 * The time after which an unanswered offer is taken as lost and repeated; it doubles with each repetition, and beyond
 * the limit the offer is given up.
 */
const answerDueMs = 5_000;
const answerDueMostMs = 160_000;
/** An offer of the other side that arrives this soon after ours has crossed it. */
const crossingMs = 2_000;

/** One peer connection to one other party. */
export class Peer {
  /** The tracks. */
  readonly media: PeerMedia;
  /** The connection's quality. */
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

  /** Creates a peer connection that negotiates through `hooks`. */
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

  /** The other side's audio and video: for the `srcObject` of a video element. */
  get remote(): MediaStream {
    return this.media.remote;
  }

  /** The other side's status. */
  get remoteMedia(): PeerMedia['remoteStatus'] {
    return this.media.remoteStatus;
  }

  /** Whether the connection was lost and is being restored. */
  get isReconnecting(): boolean {
    return this.wasConnected && this.state !== 'connected';
  }

  /** The connection's state. */
  get state(): RTCPeerConnectionState {
    return this.pc.connectionState;
  }

  /** The other side's loudness, 0 to 1; 0 without audio. */
  get audioLevel(): number {
    const heard = this.pc.getReceivers().filter(({ track }) => track.kind === 'audio')
      .flatMap(receiver => receiver.getSynchronizationSources());
    return Math.max(0, ...heard.map(source => source.audioLevel ?? 0));
  }

  /** Whether no description of the other side was applied yet. */
  get isFresh(): boolean {
    return this.pc.remoteDescription === null;
  }

  /** Creates the offer that goes with the invite. */
  async firstOffer(): Promise<Description> {
    this.media.askToReceive(this.options.video);
    await this.pc.setLocalDescription();
    return this.local();
  }

  /** Creates the answer to the invite's offer. */
  answer(offer: Description): Promise<Description> {
    return this.inTurn(async () => {
      await this.pc.setRemoteDescription(offer);
      await this.addEarly();
      await this.pc.setLocalDescription();
      this.negotiates = true;
      return this.local();
    });
  }

  /** Applies an answer, from any source. One without a pending offer is late, and ignored. */
  answered(answer: Description): Promise<void> {
    return this.inTurn(async () => {
      if (this.pc.signalingState !== 'have-local-offer')
        return;
      await this.pc.setRemoteDescription(answer);
      await this.addEarly();
      this.negotiates = true;
    });
  }

  /** Handles a signal from the other side. */
  receive(kind: SignalKind, payload: unknown): Promise<void> {
    return this.inTurn(async () => {
      if (kind === 'offer')
        await this.offered(payload as Description);
      else if (kind === 'candidate')
        await this.addCandidate(payload as RTCIceCandidateInit);
    });
  }

  /** Restarts a connection that is lost or was never established. */
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

  /** The TURN credentials are about to expire, and with them the relay: changes to new ones without a gap. */
  renewCredentials(): void {
    void this.inTurn(async () => {
      if (this.negotiates && this.pc.connectionState !== 'closed')
        await this.restartIce();
    });
  }

  /** The other side has received no offer from this side. */
  offerAgain(): void {
    void this.inTurn(async () => {
      if (this.pc.signalingState === 'have-local-offer')
        this.sendOffer();
      else
        await this.offer();
    });
  }

  /** Returns statistics of the incoming media, for testing and debugging. */
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

  /** Closes the connection, without notifying the other side. */
  close(): void {
    this.options.environment.clearTimeout(this.restartTimer);
    this.options.environment.clearTimeout(this.answerTimer);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
    this.pc.close();
  }

  private async offer(): Promise<void> {
    // An own offer is pending, or theirs is being answered: the browser fires the event again afterwards.
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
   * Sends this side's description as an offer. The service may have delivered it to a dead socket, so a timer repeats it;
   * except for the invite's offer, which is answered when a callee accepts.
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

  /** Gathers with these servers from the next restart on; with the previous ones when none are available. */
  private async configure(servers: Promise<IceServer[]>): Promise<void> {
    try {
      const iceServers = await servers;
      // Unchanged servers must not make the browser require a restart.
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
    // The other side would have rolled back its offer for ours, so it has not received ours.
    if (this.ignoringOffer && this.pc.signalingState === 'have-local-offer'
      && this.options.environment.now() - this.offeredAtMs > crossingMs)
      this.sendOffer();
    if (this.ignoringOffer || this.pc.signalingState === 'closed')
      return;
    // The other side may restart ICE, whereupon this side gathers, too.
    if (!this.isFresh)
      await this.configure(this.hooks.iceServers());
    // Rolls back an own offer implicitly.
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
      // Candidates of an ignored offer, or of an earlier peer connection, match nothing here.
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
    // The polite side waits longer, so that usually only one of the two restarts.
    if (this.pc.iceConnectionState === 'disconnected')
      this.restartTimer = environment.setTimeout(() => this.revive(), this.options.polite ? 3_000 : 2_000);
    else if (this.pc.iceConnectionState === 'failed')
      this.restartTimer = environment.setTimeout(() => this.revive(), this.options.polite ? 1_000 : 0);
    this.hooks.changed();
  }

  /** Descriptions are applied sequentially, in the order of their arrival. */
  private inTurn<T>(act: () => Promise<T> | T): Promise<T> {
    const result = this.work.then(act);
    this.work = result.catch(error => {
      if (this.pc.signalingState !== 'closed')
        this.options.environment.log.debug('A negotiation failed.', error);
    });
    return result;
  }
}
