// One call as this device sees it: the call object, this device's part in it, its media and its peers.

import { CallError, ignoreOver, parseHubError } from './errors';
import { LocalMedia } from './media';
import { FirstOffer } from './offers';
import { Peers } from './peers';
import type { Call, CallEnded, Description, EndReason, IceServer, IncomingCall, Signal } from './protocol';
import { legIsOver } from './protocol';
import * as reduce from './reduce';
import type { Place, SessionHost, StartRequest } from './session-host';
import { later } from './session-host';

/** A microphone that takes longer than this (a permission prompt) makes the accept go ahead without the answer. */
const patienceMs = 900;

export class CallSession {
  silenced = false;
  /** When talking began, by this device's own clock; only a resumed call has to trust the server's. */
  talkingSince: number | undefined;
  readonly peers: Peers;
  private readonly firstOffer: FirstOffer;
  private givenIce: IceServer[] | undefined;
  private hasMedia = false;
  private isFinished = false;
  private isInvited = false;
  /** Parties whose peer connection to this device is gone and has to be built anew. */
  private readonly lost = new Set<string>();

  constructor(
    public call: Call, public place: Place, private readonly host: SessionHost, readonly media: LocalMedia = new LocalMedia(),
  ) {
    this.peers = new Peers({
      callId: call.callId,
      send: (method, argument) => host.send(method, argument),
      iceServers: async () => this.givenIce ?? await host.iceServers(),
      isPolite: userId => reduce.isOneToOne(this.call) ? this.isIncoming : host.userId > userId,
      isLive: () => this.place === 'here' && this.hasMedia,
      changed: () => host.changed(this),
    }, this.media);
    this.firstOffer = new FirstOffer(this.peers, () => host.send('RequestOffer', { callId: call.callId }));
  }

  get callId(): string {
    return this.call.callId;
  }

  get isIncoming(): boolean {
    return this.call.caller.id !== this.host.userId;
  }

  /** Everybody in the call but me. */
  get others(): { userId: string; name: string }[] {
    const ids = [this.call.caller.id, ...this.call.legs.map(leg => leg.userId)].filter(id => id !== this.host.userId);
    return ids.map(userId => ({ userId, name: reduce.nameOf(this.call, userId) }));
  }

  /** What came with the invite beside the call. */
  learn(invite: IncomingCall): void {
    this.firstOffer.learn(invite.offer);
    if (invite.iceServers?.length)
      this.givenIce = invite.iceServers;
  }

  async start(request: StartRequest): Promise<Call> {
    await this.openMedia(request.media === 'video');
    let offer: Description | undefined;
    // With one callee the offer goes with the invite; with several each pair negotiates once it is complete.
    if (request.calleeIds.length === 1) {
      const peer = await this.peers.connect(request.calleeIds[0]!, false);
      offer = await peer.firstOffer();
    }
    this.mustBeOn();
    this.isInvited = true;
    return await this.host.send<Call>('StartCall', { ...request, ...(offer ? { offer } : {}) });
  }

  /** The service has taken the call. */
  started(call: Call): void {
    this.place = 'here';
    this.see(call);
    this.peers.open();
  }

  async accept(video: boolean): Promise<void> {
    if (this.place !== 'incoming')
      return;
    this.place = 'here';
    this.host.changed(this);
    const prepared = this.prepareAnswer(video);
    prepared.catch(() => undefined);
    try {
      const early = await Promise.race([prepared, later(patienceMs, 'late' as const)]);
      this.mustBeOn();
      if (early !== 'late')
        return this.joined(await this.host.send<Call>('AcceptCall', { callId: this.callId, ...early }));
      this.see(await this.host.send<Call>('AcceptCall', { callId: this.callId, ready: false }));
    } catch (error) {
      if (this.place === 'here') {
        this.place = 'incoming';
        this.host.changed(this);
      }
      throw error;
    }
    await this.becomeReady(prepared);
  }

  /** Glare: the other one's call took mine over, and is already accepted for this device. */
  async join(call: Call): Promise<void> {
    this.place = 'here';
    this.see(call);
    await this.becomeReady(this.prepareAnswer(call.media === 'video'));
  }

  /** This device is in the call, but its peer connections are gone: a reload, or the call was moved here. */
  async resume(): Promise<void> {
    this.place = 'here';
    this.silenced = false;
    for (const { userId } of this.others)
      this.lost.add(userId);
    this.talkingSince ??= this.call.answeredAt ? Math.min(Date.now(), Date.parse(this.call.answeredAt)) : undefined;
    this.host.changed(this);
    try {
      await this.openMedia(this.call.media === 'video');
    } catch (error) {
      void this.end();
      throw error;
    }
    if (reduce.legOf(this.call, this.host.userId)?.state === 'accepted')
      this.see(await this.host.send<Call>('ReadyCall', { callId: this.callId }));
    this.peers.open();
    this.reconcile();
  }

  async reject(reason?: string): Promise<void> {
    this.finish('rejected', this.host.userId);
    await this.host.send('RejectCall', { callId: this.callId, ...(reason ? { reason } : {}) });
  }

  /** Hangs up. Here at once; the service is told as soon as it can be. */
  async end(): Promise<void> {
    const answered = this.call.answeredAt !== undefined;
    const isUnknown = this.place === 'starting' && !this.isInvited;
    const told = reduce.isOneToOne(this.call) ? undefined : this.peers.sayBye();
    this.finish(answered ? 'completed' : 'cancelled', this.host.userId);
    await told;
    if (!isUnknown)
      await this.host.send('EndCall', { callId: this.callId }).catch(ignoreOver);
  }

  setMuted(muted: boolean): void {
    this.media.mute(muted);
    this.peers.tellMedia();
    this.host.changed(this);
  }

  async setCamera(on: boolean): Promise<void> {
    if (on)
      await this.peers.setVideo(await this.media.startCamera());
    else {
      await this.peers.setVideo(undefined);
      this.media.stopCamera();
    }
    this.peers.tellMedia();
    this.host.changed(this);
  }

  /** The call after an event about one party; an answer may have come with it. */
  step(call: Call, event: { userId: string; answer?: Description }): void {
    this.show(call);
    this.takeAnswer(event.userId, event.answer);
    if (reduce.legOf(call, event.userId)?.state === 'joined')
      this.peers.expectAnswer(event.userId);
  }

  ended(event: CallEnded): void {
    // The call itself goes on, on another device of mine.
    if (event.reason !== 'answered_elsewhere')
      this.call = reduce.ended(this.call, event, new Date());
    this.finish(event.reason, event.endedBy);
  }

  async signalled(signal: Signal): Promise<void> {
    if (signal.fromUserId === this.host.userId) {
      this.silenced ||= (signal.payload as { silenced?: boolean } | null)?.silenced === true;
      this.host.changed(this);
      return;
    }
    await this.peers.receive(signal);
    if (signal.kind === 'offer')
      this.firstOffer.wake();
  }

  /** The call as the service shows it. */
  see(seen: Call): void {
    this.show(reduce.newer(this.call, seen));
  }

  /** The answer out of what the service keeps, for a caller who missed the event that carried it. */
  takeAnswer(userId: string, answer: Description | undefined): void {
    const peer = this.peers.get(userId);
    // Only the first negotiation goes this way; a later answer would not fit, nor would one to a page that is gone.
    if (answer && peer?.isFresh && !this.lost.has(userId))
      void peer.answered(answer);
  }

  /** Lets go of everything; the call itself may go on. */
  leave(): void {
    this.place = 'over';
    this.firstOffer.wake();
    this.peers.close();
    this.media.close();
  }

  finish(reason: EndReason, endedBy?: string): void {
    if (this.isFinished)
      return;
    this.isFinished = true;
    const from = this.place;
    this.leave();
    this.host.finished(this, { reason, from, ...(endedBy ? { endedBy } : {}) });
  }

  private show(call: Call): void {
    this.call = call;
    if (this.place === 'over')
      return;
    if (call.state === 'ended')
      return this.finish(call.endReason ?? 'completed', call.endedBy);
    const mine = reduce.legOf(call, this.host.userId);
    const device = reduce.deviceOf(call, this.host.userId);
    if (device && device !== this.host.deviceId && (this.place === 'incoming' || this.place === 'here'))
      return this.finish('answered_elsewhere');
    if (mine && legIsOver(mine) && this.place === 'incoming')
      return this.finish(mine.state === 'declined' ? 'rejected_elsewhere' : 'no_answer');
    if (call.state === 'active')
      this.talkingSince ??= Date.now();
    this.reconcile();
    this.host.changed(this);
  }

  /** Has a peer connection for everybody who is in the call, and for nobody else. */
  private reconcile(): void {
    if (this.place !== 'here' || !this.hasMedia)
      return;
    for (const leg of this.call.legs)
      if (legIsOver(leg))
        this.peers.drop(leg.userId);
    for (const userId of reduce.othersIn(this.call, this.host.userId)) {
      if (this.peers.get(userId) || this.peers.hasLeft(userId))
        continue;
      if (this.lost.delete(userId))
        this.background(this.peers.restart(userId));
      else if (!reduce.isOneToOne(this.call))
        this.background(this.peers.connect(userId, this.host.userId < userId));
    }
  }

  private async openMedia(video: boolean): Promise<void> {
    await this.media.open(video);
    this.mustBeOn();
    this.hasMedia = true;
    this.host.changed(this);
  }

  private async prepareAnswer(video: boolean): Promise<{ answer?: Description }> {
    await this.openMedia(video);
    if (!reduce.isOneToOne(this.call))
      return {};
    const offer = await this.firstOffer.from(this.call.caller.id);
    this.mustBeOn();
    const peer = await this.peers.connect(this.call.caller.id, false);
    return { answer: await peer.answer(offer) };
  }

  private async becomeReady(prepared: Promise<{ answer?: Description }>): Promise<void> {
    try {
      const answer = await prepared;
      this.joined(await this.host.send<Call>('ReadyCall', { callId: this.callId, ...answer }));
    } catch (error) {
      if (this.place === 'here')
        void this.end().catch(() => undefined);
      throw error;
    }
  }

  private joined(call: Call): void {
    this.see(call);
    this.peers.open();
  }

  private mustBeOn(): void {
    if (this.place === 'over')
      throw new CallError('ended', 'The call is over.');
  }

  private background(work: Promise<unknown>): void {
    work.catch(error => this.place !== 'over' && this.host.failed(parseHubError(error)));
  }
}
