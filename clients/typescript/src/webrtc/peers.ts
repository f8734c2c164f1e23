// All peer connections of one call on this device: one to each remote party (a full mesh), and the signals between them.

import type { Timer } from '../calls/environment.js';
import type { DeviceKind } from '../calls/media-layer.js';
import type { Description, MediaState, Signal } from '../calls/protocol.js';
import { readStatus } from './custom.js';
import type { CustomSignal } from './custom.js';
import { Measuring } from './measuring.js';
import { Outbox } from './outbox.js';
import { Peer } from './peer.js';
import type { PeerStats } from './peer-options.js';
import type { PeersHost } from './peers-host.js';
import { worst } from './quality.js';
import { WaitingSignals } from './waiting.js';

/** The time after which a joined party without an answer is sent the offer again. */
const answerDueMs = 5_000;

/** The time that hanging up waits for its `bye` signals at most. */
const byeMs = 1_000;

/** All peer connections of one call on this device. */
export class Peers {
  private readonly peers = new Map<string, Peer>();
  private readonly making = new Map<string, Promise<Peer>>();
  private readonly waiting = new WaitingSignals();
  /** The parties whose next peer connection must replace one that a reload destroyed. */
  private readonly restarted = new Set<string>();
  private readonly left = new Set<string>();
  private readonly notified = new WeakSet<Peer>();
  private readonly dueTimers = new Set<Timer>();
  private readonly outbox: Outbox;
  private readonly measuring: Measuring;
  private isHeld = false;
  private isClosed = false;

  /** Creates no connections yet; signals are buffered until `open`. */
  constructor(private readonly host: PeersHost) {
    this.outbox = new Outbox(host);
    this.measuring = new Measuring(host.environment, {
      peers: () => [...this.peers.values()],
      savingChanged: peer => this.tell(peer),
      measured: isNews => {
        this.report();
        if (isNews)
          host.changed();
      },
    });
  }

  /** Sends the buffered signals: the service has joined this device to the call. */
  open(): void {
    this.outbox.open();
  }

  /** The connection to a party. */
  get(userId: string): Peer | undefined {
    return this.peers.get(userId);
  }

  /** The parties with a connection, in any state. */
  get userIds(): string[] {
    return [...this.peers.keys()];
  }

  /** The peer connection to a party, created if necessary. */
  connect(userId: string, offersFirst: boolean): Promise<Peer> {
    const existing = this.peers.get(userId);
    if (existing)
      return Promise.resolve(existing);
    const making = this.making.get(userId) ?? this.make(userId, offersFirst).finally(() => this.making.delete(userId));
    this.making.set(userId, making);
    return making;
  }

  /** Re-creates the connection to a party, because this device has lost it (a reload, a move). */
  async restart(userId: string): Promise<void> {
    if (this.peers.has(userId) || this.making.has(userId))
      return;
    this.restarted.add(userId);
    this.outbox.signal(userId, 'custom', { restart: true } satisfies CustomSignal);
    await this.connect(userId, true);
  }

  /** Handles a signal of another party. */
  async receive(signal: Signal): Promise<void> {
    const from = signal.fromUserId;
    if (signal.kind === 'custom') {
      await this.custom(from, (signal.payload ?? {}) as CustomSignal);
      return;
    }
    const peer = this.peers.get(from);
    if (peer) {
      if (signal.kind === 'answer') {
        await peer.answered(signal.payload as Description);
        this.restarted.delete(from);
      } else {
        await peer.receive(signal.kind, signal.payload);
      }
    } else if (!this.isClosed) {
      this.waiting.keep(signal);
    }
  }

  /** Returns the offer that arrived as a signal before its peer connection existed. */
  takeWaitingOffer(userId: string): Signal | undefined {
    return this.waiting.takeOffer(userId);
  }

  /** Whether a party has announced that it leaves, and the call object does not show that yet. */
  hasLeft(userId: string): boolean {
    return this.left.has(userId);
  }

  /** A party has left the call. */
  drop(userId: string): void {
    this.waiting.drop(userId);
    this.restarted.delete(userId);
    this.left.delete(userId);
    const peer = this.peers.get(userId);
    if (!peer)
      return;
    peer.close();
    this.peers.delete(userId);
    this.host.changed();
  }

  /** Restarts all lost connections; while the hub was disconnected, signals may have been lost. */
  revive(): void {
    for (const peer of this.peers.values())
      peer.revive();
  }

  /** A party has joined: if its answer was lost, the offer is repeated. */
  expectAnswer(userId: string): void {
    const timer = this.host.environment.setTimeout(() => {
      this.dueTimers.delete(timer);
      if (this.peers.get(userId)?.isFresh)
        this.peers.get(userId)?.revive();
    }, answerDueMs);
    this.dueTimers.add(timer);
  }

  /** The TURN credentials are about to expire. */
  renewCredentials(): void {
    for (const peer of this.peers.values())
      peer.renewCredentials();
  }

  /** Sends another track to all parties, or none. */
  async setTrack(kind: DeviceKind, track: MediaStreamTrack | undefined): Promise<void> {
    await Promise.all([...this.peers.values()].map(peer => peer.media.setTrack(kind, track)));
  }

  /** Sends the own screen to all parties, or none. The status goes first, so that they can identify the offer's tracks. */
  async shareScreen(): Promise<void> {
    this.tellMedia();
    const { stream, marker } = this.host.screen;
    await Promise.all([...this.peers.values()].map(peer => peer.media.setScreen(stream?.getTracks() ?? [], marker)));
  }

  /** Mutes and hides all parties, or shows them again. */
  hold(held: boolean): void {
    this.isHeld = held;
    for (const peer of this.peers.values())
      peer.media.hold(held);
  }

  /** Sends the status to all parties, and reports it to the service. */
  tellMedia(): void {
    for (const peer of this.peers.values())
      this.tell(peer);
    this.report(true);
  }

  /** Announces that this device leaves a continuing call, for clients that ignore the call object's `caller.left`. */
  async sayBye(): Promise<void> {
    for (const userId of this.peers.keys())
      this.outbox.signal(userId, 'custom', { bye: true } satisfies CustomSignal);
    await this.outbox.flushed(byeMs);
  }

  /** Returns statistics of the incoming media of each peer. */
  stats(): Promise<PeerStats[]> {
    return Promise.all([...this.peers.values()].map(peer => peer.stats()));
  }

  /** Closes all connections. `isOver`: the service has ended the call, and accepts no more reports. */
  close(isOver = false): void {
    this.isClosed = true;
    this.outbox.close(isOver);
    this.measuring.stop();
    for (const timer of this.dueTimers)
      this.host.environment.clearTimeout(timer);
    for (const peer of this.peers.values())
      peer.close();
    this.peers.clear();
    this.waiting.clear();
  }

  private async make(userId: string, offersFirst: boolean): Promise<Peer> {
    const iceServers = await this.host.iceServers();
    if (this.isClosed)
      throw new Error('The call is over.');
    const { video, environment, platform } = this.host;
    const options = {
      userId, polite: this.host.isPolite(userId), offersFirst, video, iceServers, stream: this.host.stream, platform, environment,
    };
    const peer = new Peer(options, {
      iceServers: () => this.host.iceServers(),
      renewIceServers: () => this.host.renewIceServers(),
      signal: (kind, payload) => {
        if (this.peers.get(userId) === peer)
          this.outbox.signal(userId, kind, payload);
      },
      changed: () => this.peerChanged(userId, peer),
    });
    this.peers.set(userId, peer);
    peer.media.hold(this.isHeld);
    await this.sendScreen(peer);
    this.measuring.start();
    for (const signal of this.waiting.take(userId))
      await this.receive(signal);
    this.host.changed();
    return peer;
  }

  private async custom(from: string, payload: CustomSignal): Promise<void> {
    const peer = this.peers.get(from);
    if (payload.restart)
      await this.restartedByOther(from, peer);
    if (payload.requestOffer)
      peer?.offerAgain();
    if (payload.bye) {
      this.drop(from);
      this.left.add(from);
    }
    const status = readStatus(payload.media);
    if (status && peer) {
      peer.media.told(status);
      if (status.screen)
        this.host.screenShared(from, status.screen);
    }
  }

  /** A party that joins while a screen is shared receives it with the first offer. */
  private async sendScreen(peer: Peer): Promise<void> {
    const { stream, marker } = this.host.screen;
    if (!stream)
      return;
    this.tell(peer);
    await peer.media.setScreen(stream.getTracks(), marker);
  }

  private async restartedByOther(from: string, peer: Peer | undefined): Promise<void> {
    // Both have reloaded at once: the impolite side's new offer counts, and the polite side answers it.
    if (peer?.isFresh && this.restarted.has(from) && !this.host.isPolite(from))
      return;
    // Without a peer connection, the buffered signals belong to the one that the other side has lost.
    this.drop(from);
    if (this.host.isLive())
      await this.connect(from, false);
  }

  private peerChanged(userId: string, peer: Peer): void {
    if (this.peers.get(userId) !== peer)
      return;
    if (peer.state === 'connected' && !this.notified.has(peer)) {
      // Only now the other side surely has a connection that can use it.
      this.notified.add(peer);
      this.tell(peer);
    }
    this.report();
    this.host.changed();
  }

  private tell(peer: Peer): void {
    const media = this.host.sending();
    const isPaused = media.video && peer.quality.saving === 'audio_only';
    this.outbox.signal(
      peer.options.userId, 'custom',
      { media: isPaused ? { ...media, video: false, saving: true } : media } satisfies CustomSignal);
  }

  private report(again = false): void {
    const peers = [...this.peers.values()];
    const state = (['connected', 'connecting', 'disconnected', 'failed'] satisfies MediaState[]).find(
      one => peers.some(peer => peer.state === one));
    if (state)
      this.outbox.report(state, this.host.sending(), worst(peers.flatMap(peer => peer.quality.current ?? [])), again);
  }
}
