// Dispatches the hub's events to sessions, and restores the calls after a reconnect.

import type { HubEvent } from './connection.js';
import { parseHubError } from './errors.js';
import type { InboxHost } from './inbox-host.js';
import type { CallMedia } from './media-layer.js';
import { EventOrder, Memory } from './order.js';
import type {
  Call, CallAccepted, CallEnded, CallProgress, CallReady, CallRejected, EndReason, IncomingCall,
  Notification, OpenCall, OpenCalls,
  PartyEvent, Presence, Settings, Signal, TestRing,
} from './protocol.js';
import * as reduce from './reduce.js';
import { deviceOf, isOneToOne, ringsFor } from './reduce.js';
import { RingDeadlines, ringSlackMs } from './ring-deadlines.js';
import type { CallSession } from './session.js';
import type { SessionEnd } from './session-host.js';

/** The reasons for which an unanswered incoming call counts as missed. */
const missing: readonly EndReason[] = ['no_answer', 'unreachable', 'cancelled', 'busy', 'replaced'];
const mostStrays = 128;

/** The calls of this device. */
export class Inbox<M extends CallMedia> {
  private readonly known = new Map<string, CallSession<M>>();
  private readonly order = new EventOrder();
  private readonly over = new Memory();
  private readonly strays: Signal[] = [];
  private readonly deadlines: RingDeadlines;
  private starting = 0;
  private missedCount = 0;
  private missedUpTo: string | undefined;

  /** Creates an inbox without calls. */
  constructor(private readonly host: InboxHost<M>) {
    this.deadlines = new RingDeadlines(host.environment);
  }

  get sessions(): CallSession<M>[] {
    return [...this.known.values()];
  }

  session(callId: string): CallSession<M> | undefined {
    return this.known.get(callId);
  }

  seqs(): string {
    return this.order.query();
  }

  /** The number of unacknowledged missed calls. */
  get missed(): number {
    return this.missedCount;
  }

  set missed(count: number) {
    this.missedCount = count;
    if (count === 0)
      this.missedUpTo = undefined;
    this.host.missed(count);
  }

  /**
   * A time by the service's clock by which all calls missed on this device had stopped ringing; undefined without any. History
   * may not contain them yet.
   */
  get missedUntil(): string | undefined {
    return this.missedUpTo;
  }

  /** Adds an outgoing call that the service does not know yet. Its first event to the caller is the call's second one. */
  begin(draft: Call): CallSession<M> {
    this.order.follow(draft.callId, 1);
    this.starting++;
    const session = this.host.session(draft, 'starting');
    this.known.set(draft.callId, session);
    return session;
  }

  /** On glare an outgoing call was replaced by the incoming one. */
  replace(session: CallSession<M>): void {
    this.forget(session.callId);
    this.host.changed(session);
  }

  /** Adds a call from the service: updates its session, or creates one in this device's role. */
  adopt(call: OpenCall): CallSession<M> {
    const existing = this.known.get(call.callId);
    if (existing) {
      existing.learn(call);
      existing.see(call);
      return existing;
    }
    const session = this.host.session(call, ringsFor(call, this.host.userId) ? 'incoming' : 'elsewhere');
    session.learn(call);
    this.known.set(call.callId, session);
    this.order.follow(call.callId, call.seq);
    for (const stray of this.strays.filter(signal => signal.callId === call.callId))
      this.signalled(stray);
    this.dropStrays(call.callId);
    if (session.place === 'incoming')
      this.ring(session);
    else
      this.host.changed(session);
    return session;
  }

  /** Restores a call that had ended on this device. */
  takeOver(call: Call): CallSession<M> {
    if (this.known.get(call.callId)?.place !== 'elsewhere')
      this.known.delete(call.callId);
    return this.adopt(call);
  }

  /** Handles a hub event. A malformed one is logged and dropped, without affecting the next ones. */
  receive(name: HubEvent, payload: unknown): void {
    try {
      this.dispatch(name, payload);
    } catch (error) {
      this.host.environment.log.error(`The event ${name} could not be read.`, error);
    }
  }

  private dispatch(name: HubEvent, payload: unknown): void {
    switch (name) {
      case 'CallIncoming': return this.incoming(payload as IncomingCall);
      case 'CallProgress': return this.step(payload as CallProgress, reduce.progressed);
      case 'CallAccepted': return this.step(payload as CallAccepted, reduce.accepted);
      case 'CallReady': return this.step(payload as CallReady, reduce.ready);
      case 'CallRejected': return this.step(payload as CallRejected, reduce.rejected);
      case 'CallUpdated': return this.updated(payload as Call);
      case 'CallEnded': return this.ended(payload as CallEnded);
      case 'SignalReceived': return this.signalled(payload as Signal);
      case 'OpenCalls': return this.opened(payload as OpenCalls);
      case 'PresenceChanged': return this.host.presence(payload as Presence);
      case 'MissedCallsAcked': return void (this.missed = 0);
      case 'NotificationReceived': return this.host.notification(payload as Notification);
      case 'SettingsChanged': return this.host.settings(payload as Settings);
      // A test that has ended meanwhile returns an error, which is harmless.
      case 'TestRing': return void this.host.send('AckTestRing', { testId: (payload as TestRing).testId }).catch(() => undefined);
      // Events of a newer gateway, from the replay after a reconnect.
      default: return;
    }
  }

  finished(session: CallSession<M>, { reason, from }: SessionEnd): void {
    this.forget(session.callId);
    if (from === 'incoming' && missing.includes(reason)) {
      const until = new Date(Date.parse(session.call.ringUntil) + ringSlackMs).toISOString();
      this.missedUpTo = this.missedUpTo !== undefined && this.missedUpTo > until ? this.missedUpTo : until;
      this.missed = this.missedCount + 1;
    }
    if (reason === 'answered_elsewhere')
      this.refresh(session.callId);
  }

  /** The service has accepted the call, or never will. */
  begun(): void {
    this.starting--;
  }

  /** Ends all sessions on this device. */
  abandon(): void {
    for (const session of this.sessions) {
      session.leave();
      this.drop(session.callId);
      this.host.changed(session);
    }
  }

  private incoming(call: IncomingCall): void {
    if (!this.over.covers(call.callId, call.seq))
      this.order.see(call.callId, call.seq);
    this.rings(call);
  }

  /** Handles an event of one call: drops an old one; refreshes the call when events may be missing. */
  private step<E extends PartyEvent>(event: E, next: (call: Call, event: E, now: Date) => Call): void {
    const verdict = this.order.see(event.callId, event.seq);
    if (verdict === 'seen')
      return;
    const session = this.known.get(event.callId);
    if (session)
      session.step(next(session.call, event, new Date()), event);
    // An accept without an answer does not show whether the leg is joined already.
    const isVague = 'deviceId' in event && !('answer' in event);
    if (verdict === 'gap' || isVague || !session)
      this.refresh(event.callId);
  }

  private updated(call: Call): void {
    if (this.order.see(call.callId, call.seq) !== 'seen')
      this.place(call);
  }

  private ended(event: CallEnded): void {
    if (this.order.see(event.callId, event.seq) === 'seen')
      return;
    const session = this.known.get(event.callId);
    if (session)
      session.ended(event);
    else
      this.forget(event.callId);
    this.over.add(event.callId, event.seq);
  }

  private signalled(signal: Signal): void {
    const session = this.known.get(signal.callId);
    if (session)
      void session.signalled(signal).catch(error => this.host.environment.log.debug('A signal could not be used.', error));
    // Signals buffered for the callee may arrive before the response to the command that joined this device.
    else if (!this.over.has(signal.callId) && this.strays.push(signal) > mostStrays)
      this.strays.shift();
  }

  private opened({ calls, missedCount }: OpenCalls): void {
    const before = this.sessions;
    this.missed = missedCount;
    for (const call of calls) {
      for (const { event, payload } of call.events ?? [])
        this.receive(event as HubEvent, payload);
      this.place(call);
      const session = this.known.get(call.callId);
      if (session && call.answer && isOneToOne(call))
        session.joined(call.legs[0]!.userId, call.answer);
    }
    const listed = new Set(calls.map(call => call.callId));
    for (const session of before) {
      if (session.place === 'starting' || session.place === 'over')
        continue;
      if (!listed.has(session.callId))
        session.finish(session.place === 'incoming' ? 'no_answer' : 'lost');
      else
        session.media.reconnected();
    }
  }

  /** Handles a call from the service that this device may not know yet, or no longer. */
  private place(call: OpenCall): void {
    const isMine = deviceOf(call, this.host.userId) === this.host.deviceId;
    if (this.known.has(call.callId))
      this.adopt(call);
    else if (call.state === 'ended')
      this.forget(call.callId);
    else if (ringsFor(call, this.host.userId)) {
      this.rings(call);
    } else if (!isMine && deviceOf(call, this.host.userId)) {
      this.adopt(call);
    } else if (isMine && this.starting === 0 && !this.over.has(call.callId)) {
      // A pending start may turn out to be this call; its response will show it.
      this.adopt(call).resume().catch(error => this.host.failed(parseHubError(error)));
    }
  }

  /** Handles a ringing call, for the first time or because this user was invited back. */
  private rings(call: OpenCall): void {
    if (this.over.covers(call.callId, call.seq))
      return;
    this.over.delete(call.callId);
    this.adopt(call);
  }

  private ring(session: CallSession<M>): void {
    this.host.rings(session);
    this.host.send('AckRinging', { callId: session.callId })
      .then(call => session.see(call))
      .catch(() => this.refresh(session.callId));
    this.deadlines.watch(session);
  }

  private refresh(callId: string): void {
    this.host.send('GetCall', { callId })
      .then(call => this.place(call))
      .catch(error => {
        if (parseHubError(error).code === 'not_found')
          this.known.get(callId)?.finish('lost');
      });
  }

  private forget(callId: string): void {
    this.drop(callId);
    this.over.add(callId);
  }

  private drop(callId: string): void {
    this.deadlines.drop(callId);
    this.known.delete(callId);
    this.order.forget(callId);
    this.dropStrays(callId);
  }

  private dropStrays(callId: string): void {
    this.strays.splice(0, this.strays.length, ...this.strays.filter(signal => signal.callId !== callId));
  }
}
