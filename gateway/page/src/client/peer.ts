// One RTCPeerConnection with one remote party: perfect negotiation (the W3C pattern), ICE restarts, trickled candidates.

import type { LocalMedia } from './media';
import type { Description, IceServer, SignalKind } from './protocol';

export interface PeerHooks {
  signal(kind: SignalKind, payload: unknown): void;
  changed(): void;
}

export interface PeerOptions {
  userId: string;
  /** Of two offers at once the polite side takes its own back. */
  polite: boolean;
  /** False: waits for the other side's first offer, or for one of the methods below. */
  offersFirst: boolean;
  iceServers: IceServer[];
}

export interface PeerStats {
  userId: string;
  connectionState: RTCPeerConnectionState;
  framesDecoded: number;
  bytesReceived: number;
}

export class Peer {
  readonly remote = new MediaStream();
  /** What the other side says of its microphone and camera. */
  remoteMedia: { audio: boolean; video: boolean } | undefined;
  private readonly pc: RTCPeerConnection;
  private readonly early: RTCIceCandidateInit[] = [];
  private negotiates: boolean;
  private makingOffer = false;
  private ignoringOffer = false;
  private restartTimer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<unknown> = Promise.resolve();

  constructor(readonly options: PeerOptions, private readonly media: LocalMedia, private readonly hooks: PeerHooks) {
    this.negotiates = options.offersFirst;
    this.pc = new RTCPeerConnection({ iceServers: options.iceServers });
    this.pc.onnegotiationneeded = () => this.negotiates && void this.inTurn(() => this.offer());
    this.pc.onicecandidate = ({ candidate }) =>
      candidate ? hooks.signal('candidate', candidate.toJSON()) : hooks.signal('end_of_candidates', null);
    this.pc.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      hooks.changed();
    };
    this.pc.onconnectionstatechange = () => hooks.changed();
    this.pc.oniceconnectionstatechange = () => this.watchIce();
    for (const track of media.stream.getTracks())
      this.pc.addTrack(track, media.stream);
  }

  get state(): RTCPeerConnectionState {
    return this.pc.connectionState;
  }

  /** Whether no offer or answer of the other side has been applied yet. */
  get isFresh(): boolean {
    return this.pc.remoteDescription === null;
  }

  /** The offer that goes with the invite. */
  async firstOffer(): Promise<Description> {
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
        this.hooks.signal('offer', this.local());
      else if (this.negotiates)
        await this.offer({ iceRestart: true });
    });
  }

  /** The other side has no offer of ours. */
  offerAgain(): void {
    void this.inTurn(async () => {
      if (this.pc.signalingState === 'have-local-offer')
        this.hooks.signal('offer', this.local());
      else
        await this.offer();
    });
  }

  /** Sends another picture, or none. Only the first one has to be negotiated. */
  async setVideo(track: MediaStreamTrack | undefined): Promise<void> {
    const video = this.pc.getTransceivers().find(t => t.receiver.track.kind === 'video' && t.currentDirection !== 'stopped');
    if (!track) {
      await video?.sender.replaceTrack(null);
    } else if (video) {
      await video.sender.replaceTrack(track);
      if (video.direction === 'recvonly' || video.direction === 'inactive')
        video.direction = 'sendrecv';
    } else {
      this.pc.addTrack(track, this.media.stream);
    }
  }

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

  close(): void {
    clearTimeout(this.restartTimer);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
    this.pc.close();
  }

  private async offer(options?: RTCOfferOptions): Promise<void> {
    // Another offer is out, or theirs is being answered: the browser asks again once that is settled.
    if (this.pc.signalingState !== 'stable')
      return;
    this.makingOffer = true;
    try {
      if (options?.iceRestart)
        this.pc.restartIce();
      await this.pc.setLocalDescription();
      this.hooks.signal('offer', this.local());
    } finally {
      this.makingOffer = false;
    }
  }

  private async offered(offer: Description): Promise<void> {
    const collides = this.makingOffer || this.pc.signalingState !== 'stable';
    this.ignoringOffer = collides && !this.options.polite;
    if (this.ignoringOffer)
      return;
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
        console.debug('candidate not used', error);
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
    clearTimeout(this.restartTimer);
    // The polite side waits longer, so that mostly one of the two restarts.
    if (this.pc.iceConnectionState === 'disconnected')
      this.restartTimer = setTimeout(() => this.revive(), this.options.polite ? 3_000 : 2_000);
    else if (this.pc.iceConnectionState === 'failed')
      this.restartTimer = setTimeout(() => this.revive(), this.options.polite ? 1_000 : 0);
    this.hooks.changed();
  }

  /** Descriptions are applied one after the other, in the order in which they came. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.work.then(act);
    this.work = result.catch(error => {
      if (this.pc.signalingState !== 'closed')
        console.debug('negotiation', error);
    });
    return result;
  }
}
