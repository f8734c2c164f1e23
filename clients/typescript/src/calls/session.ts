// One call on this device: the call object, this device's role, and its media.

import { later } from './environment.js';
import { CallError, ignoreOver, parseHubError } from './errors.js';
import type { CallMedia, MediaLayer, Place } from './media-layer.js';
import type { Call, CallEnded, Description, EndReason, OpenCall, Signal, SignalKind, StartCallRequest } from './protocol.js';
import { legIsOver } from './protocol.js';
import * as reduce from './reduce.js';
import type { AcceptOptions, SessionHost } from './session-host.js';

/** When media take longer than this to start (a permission prompt), the accept is sent without the answer. */
const answerDueMs = 900;

/** One call on this device, always current: render it at each `callChanged` of the client. */
export class CallSession<M extends CallMedia = CallMedia> {
  /** Whether the ringing was silenced on this user's devices. */
  silenced = false;
  /** The call's media. */
  readonly media: M;
  private current: Call;
  private part: Place;
  private activeSinceMs: number | undefined;
  private isFinished = false;
  private isInvited = false;

  /** @internal */
  constructor(call: Call, place: Place, private readonly host: SessionHost, layer: MediaLayer<M>) {
    this.current = call;
    this.part = place;
    const session = this;
    this.media = layer({
      userId: host.userId,
      environment: host.environment,
      get call() { return session.current; },
      get place() { return session.part; },
      send: host.send,
      iceServers: host.iceServers,
      renewIceServers: host.renewIceServers,
      iceExpiresInMs: host.iceExpiresInMs,
      changed: () => host.changed(),
      deviceChanged: change => host.deviceChanged(change),
      failed: error => this.place !== 'over' && host.failed(error),
    });
  }

  /** The call's latest state. */
  get call(): Call {
    return this.current;
  }

  /** The call's id. */
  get callId(): string {
    return this.current.callId;
  }

  /** This device's role in the call. */
  get place(): Place {
    return this.part;
  }

  /** Whether this user was called: by the caller, or by being invited back after leaving an own call. */
  get isIncoming(): boolean {
    return !reduce.isCaller(this.current, this.host.userId);
  }

  /** All other parties of the call, including former ones; a party without a name is shown by id. */
  get others(): { userId: string; name: string }[] {
    return reduce.parties(this.current).filter(id => id !== this.host.userId)
      .map(userId => ({ userId, name: reduce.nameOf(this.current, userId) }));
  }

  /** The duration of the conversation in milliseconds; undefined before its start. */
  get talkingMs(): number | undefined {
    return this.activeSinceMs === undefined ? undefined : this.host.environment.now() - this.activeSinceMs;
  }

  /**
   * Accepts the call. Rejects with `conflict` or `ended` when another device or the caller was faster; the call then rings on,
   * or is over. A device without microphone or camera joins as a listener.
   */
  async accept(options: AcceptOptions = {}): Promise<void> {
    if (this.part !== 'incoming')
      return;
    this.part = 'here';
    this.host.changed();
    const prepared = this.prepareAnswer(options);
    prepared.catch(() => undefined);
    try {
      const early = await Promise.race([prepared, later(this.host.environment, answerDueMs, 'late' as const)]);
      this.mustBeOn();
      if (early !== 'late')
        return this.isIn(await this.host.send('AcceptCall', { callId: this.callId, ...early }));
      this.see(await this.host.send('AcceptCall', { callId: this.callId, ready: false }));
    } catch (error) {
      if (this.part === 'here') {
        this.part = 'incoming';
        this.host.changed();
      }
      throw error;
    }
    await this.becomeReady(prepared);
  }

  /** Declines; `reason` is free text of 128 characters at most. */
  async reject(reason?: string): Promise<void> {
    this.finish('rejected', this.host.userId);
    await this.host.send('RejectCall', { callId: this.callId, ...(reason ? { reason } : {}) }).catch(ignoreOver);
  }

  /** Hangs up, or cancels. Takes effect here at once; the service is notified as soon as possible. */
  async end(): Promise<void> {
    const answered = this.current.answeredAt !== undefined;
    const isUnknown = this.part === 'starting' && !this.isInvited;
    const leaving = reduce.isOneToOne(this.current) ? undefined : this.media.leave();
    this.finish(answered ? 'completed' : 'cancelled', this.host.userId);
    await leaving;
    if (!isUnknown)
      await this.host.send('EndCall', { callId: this.callId }).catch(ignoreOver);
  }

  /** Stops the ringing on all devices of this user; the caller is not notified. */
  async silence(): Promise<void> {
    this.silenced = true;
    this.host.changed();
    await this.host.send('SilenceCall', { callId: this.callId });
  }

  /** Invites more users to the call. */
  async invite(calleeIds: string[]): Promise<void> {
    this.see(await this.host.send('InviteToCall', { callId: this.callId, calleeIds }));
  }

  /** Rates the call, 1 (bad) to 5 (good), after its end. */
  async rate(stars: number): Promise<void> {
    await this.host.send('RateCall', { callId: this.callId, stars });
  }

  /** Sends a signal to the peer device: for an app with its own WebRTC, or the app's own `custom` signals. */
  async sendSignal(kind: SignalKind, payload: unknown, toUserId?: string): Promise<void> {
    await this.host.send('SendSignal', { callId: this.callId, kind, payload, ...(toUserId === undefined ? {} : { toUserId }) });
  }

  /** The caller's offer, while the call rings here; undefined while there is none, which then arrives as a signal. */
  async requestOffer(): Promise<Description | undefined> {
    return (await this.host.send('RequestOffer', { callId: this.callId })).offer;
  }

  /** The data that came with the invite. @internal */
  learn(invite: OpenCall): void {
    this.media.invited(invite);
  }

  /** @internal */
  async start(request: StartCallRequest & { callId: string }): Promise<Call> {
    const offer = request.offer ?? await this.media.offer({ video: request.media === 'video' });
    this.mustBeOn();
    this.isInvited = true;
    return await this.host.send('StartCall', { ...request, ...(offer ? { offer } : {}) });
  }

  /** The service has accepted the call. @internal */
  started(call: Call): void {
    this.part = 'here';
    this.isIn(call);
  }

  /** Glare: the other user's call has replaced this one, and is already accepted on this device. @internal */
  async join(call: Call): Promise<void> {
    this.part = 'here';
    this.see(call);
    await this.becomeReady(this.prepareAnswer({}));
  }

  /** This device is in the call but has lost its media: a reload, or the call was moved here. @internal */
  async resume(): Promise<void> {
    this.part = 'here';
    this.silenced = false;
    const { answeredAt } = this.current;
    // Only both clocks together show how long the others have talked; with a slow one this is zero.
    if (answeredAt !== undefined)
      this.activeSinceMs ??= this.host.environment.now() - Math.max(0, Date.now() - Date.parse(answeredAt));
    this.host.changed();
    await this.media.restore({ video: this.current.media === 'video' });
    this.mustBeOn();
    if (reduce.legOf(this.current, this.host.userId)?.state === 'accepted')
      this.see(await this.host.send('ReadyCall', { callId: this.callId }));
    this.media.open();
    this.media.update();
  }

  /** Updates the call by an event of one party, possibly with an answer. @internal */
  step(call: Call, event: { userId: string; answer?: Description }): void {
    this.show(call);
    if (event.answer || reduce.legOf(call, event.userId)?.state === 'joined')
      this.joined(event.userId, event.answer);
  }

  /** A party has joined, or has accepted with an answer. @internal */
  joined(userId: string, answer: Description | undefined): void {
    this.media.joined(userId, answer);
    if (answer)
      this.host.answered(userId, answer);
  }

  /** @internal */
  ended(event: CallEnded): void {
    // The call itself continues on another device of this user.
    if (event.reason !== 'answered_elsewhere')
      this.current = reduce.ended(this.current, event, new Date());
    this.finish(event.reason, event.endedBy);
  }

  /** @internal */
  async signalled(signal: Signal): Promise<void> {
    if (signal.fromUserId === this.host.userId) {
      this.silenced ||= (signal.payload as { silenced?: boolean } | null)?.silenced === true;
      this.host.changed();
      return;
    }
    this.host.signalled(signal);
    await this.media.signalled(signal);
  }

  /** Updates the call's state from the service. @internal */
  see(seen: Call): void {
    this.show(reduce.newer(this.current, seen));
  }

  /** Releases everything; the call itself may continue. @internal */
  leave(): void {
    this.part = 'over';
    this.media.close();
  }

  /** @internal */
  finish(reason: EndReason, endedBy?: string): void {
    if (this.isFinished)
      return;
    this.isFinished = true;
    const from = this.part;
    this.leave();
    this.host.finished({ reason, from, ...(endedBy ? { endedBy } : {}) });
  }

  private show(call: Call): void {
    this.current = call;
    if (this.part === 'over')
      return;
    if (call.state === 'ended')
      return this.finish(call.endReason ?? 'completed', call.endedBy);
    const mine = reduce.legOf(call, this.host.userId);
    const device = reduce.deviceOf(call, this.host.userId);
    if (device && device !== this.host.deviceId && (this.part === 'incoming' || this.part === 'here'))
      return this.finish('answered_elsewhere');
    if (mine && legIsOver(mine) && this.part === 'incoming')
      return this.finish(mine.state === 'declined' ? 'rejected_elsewhere' : 'no_answer');
    if (call.state === 'active')
      this.activeSinceMs ??= this.host.environment.now();
    this.media.update();
    this.host.changed();
  }

  private async prepareAnswer({ video, answer }: AcceptOptions): Promise<{ answer?: Description }> {
    const given = await (answer ?? this.media.answer({ video: video ?? this.current.media === 'video' }));
    this.mustBeOn();
    return given ? { answer: given } : {};
  }

  private async becomeReady(prepared: Promise<{ answer?: Description }>): Promise<void> {
    try {
      const answer = await prepared;
      this.isIn(await this.host.send('ReadyCall', { callId: this.callId, ...answer }));
    } catch (error) {
      if (this.part === 'here')
        void this.end().catch(() => undefined);
      throw parseHubError(error);
    }
  }

  private isIn(call: Call): void {
    this.see(call);
    this.media.open();
  }

  private mustBeOn(): void {
    if (this.part === 'over')
      throw new CallError('ended', 'The call is over.');
  }
}
