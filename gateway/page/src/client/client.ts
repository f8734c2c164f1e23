// The module's face: one CallClient for one signed-in user on one device.

import { Emitter } from './emitter';
import { CallError, parseHubError } from './errors';
import { Hub } from './hub';
import type { ConnectionState } from './hub';
import { Inbox } from './inbox';
import type { PeerStats } from './peer';
import type { Call, Media, Notification, PastCall, Presence, Settings } from './protocol';
import { deviceOf, ringsFor } from './reduce';
import { Rest } from './rest';
import { CallSession } from './session';
import type { SessionEnd, SessionHost, StartRequest } from './session-host';
import { later } from './session-host';

export interface CallClientOptions {
  userId: string;
  name?: string;
  /** Stable for this installation; two connections of one device displace each other. */
  deviceId: string;
  platform?: string;
  /** Where the service is; this page's own origin if left out. */
  baseUrl?: string;
  /** A bearer token. With `refresh` the one given last was not taken, so it has to be a new one. */
  token: (refresh: boolean) => Promise<string>;
}

export interface StartOptions {
  calleeIds: string[];
  media: Media;
  conversationId?: string;
  metadata?: Record<string, string>;
  ringSeconds?: number;
}

export interface CallClientEvents {
  /** A call rings on this device; once per call. */
  incoming: CallSession;
  /** Anything about a call has changed: its object, this device's part, its peers, its media. */
  callChanged: CallSession;
  /** The call is over for this device. */
  ended: SessionEnd & { session: CallSession };
  presence: Presence;
  /** How many missed calls nobody has looked at. */
  missed: number;
  connectionState: ConnectionState;
  /** An app back end's own notice. */
  notification: Notification;
  /** Something that was not the direct result of a method of this class went wrong. */
  error: CallError;
}

const connectWaitMs = 30_000;
const mostAttempts = 6;
const mostWatched = 200;

export class CallClient extends Emitter<CallClientEvents> {
  private readonly hub: Hub;
  private readonly rest: Rest;
  private readonly inbox: Inbox;
  private readonly host: SessionHost;
  private watched: string[] = [];

  constructor(readonly options: CallClientOptions) {
    super();
    const baseUrl = options.baseUrl ?? location.origin;
    this.rest = new Rest(baseUrl, options.token);
    this.host = {
      userId: options.userId,
      deviceId: options.deviceId,
      send: (method, argument) => this.command(method, argument),
      iceServers: () => this.rest.iceServers(),
      changed: session => this.emit('callChanged', session),
      finished: (session, end) => {
        this.inbox.finished(session, end);
        this.emit('ended', { session, ...end });
      },
      failed: error => this.emit('error', error),
    };
    this.inbox = new Inbox(this.host, {
      rings: session => this.emit('incoming', session),
      presence: presence => this.emit('presence', presence),
      missed: count => this.emit('missed', count),
      notification: notification => this.emit('notification', notification),
    });
    this.hub = new Hub({
      baseUrl, deviceId: options.deviceId, platform: options.platform ?? 'web', token: options.token, seqs: () => this.inbox.seqs(),
    });
    this.hub.on('event', ({ name, payload }) => this.inbox.receive(name, payload));
    this.hub.on('state', state => {
      this.emit('connectionState', state);
      if (state === 'connected' && this.watched.length > 0)
        void this.watch(this.watched).catch(() => undefined);
      if (state === 'displaced')
        this.inbox.abandon();
    });
  }

  get connectionState(): ConnectionState {
    return this.hub.state;
  }

  /** All calls this device knows of, with their part here. */
  get calls(): CallSession[] {
    return this.inbox.sessions;
  }

  call(callId: string): CallSession | undefined {
    return this.inbox.session(callId);
  }

  /** Connects, and stays connected; it reconnects by itself for ever. */
  connect(): void {
    this.hub.start();
  }

  /** Calls of this device are given up: the service ends them after its grace period. */
  async disconnect(): Promise<void> {
    this.inbox.abandon();
    await this.hub.stop();
  }

  /**
   * Rings people. The session is handed to `callChanged` at once; the promise settles when the service has taken the call.
   * It may be another call than the one asked for: the callee was calling this user at the same moment.
   */
  async startCall(options: StartOptions): Promise<CallSession> {
    const request: StartRequest = { callId: crypto.randomUUID(), ...options };
    const session = this.inbox.begin(this.draft(request));
    this.emit('callChanged', session);
    let call: Call;
    try {
      call = await session.start(request);
    } catch (error) {
      session.finish(error instanceof CallError && error.code === 'ended' ? 'cancelled' : 'failed');
      throw parseHubError(error);
    } finally {
      this.inbox.begun();
    }
    if (call.callId !== request.callId)
      return await this.merged(session, call);
    if (session.place !== 'over')
      session.started(call);
    return session;
  }

  /** Picks up; with the camera if `video`. */
  async accept(callId: string, options: { video?: boolean } = {}): Promise<void> {
    const session = this.must(callId);
    await session.accept(options.video ?? session.call.media === 'video');
  }

  reject(callId: string, reason?: string): Promise<void> {
    return this.must(callId).reject(reason);
  }

  end(callId: string): Promise<void> {
    return this.must(callId).end();
  }

  /** Stops the ringing on all my devices; the caller is not told. */
  async silence(callId: string): Promise<void> {
    const session = this.must(callId);
    session.silenced = true;
    this.emit('callChanged', session);
    await this.command('SilenceCall', { callId });
  }

  /** Rings more people into a live call. */
  async invite(callId: string, calleeIds: string[]): Promise<void> {
    this.must(callId).see(await this.command<Call>('InviteToCall', { callId, calleeIds }));
  }

  /** Takes a call over that another device of mine is in. */
  async move(callId: string): Promise<void> {
    const call = await this.command<Call>('MoveCall', { callId });
    await this.inbox.takeOver(call).resume();
  }

  setMuted(callId: string, muted: boolean): void {
    this.must(callId).setMuted(muted);
  }

  setCamera(callId: string, on: boolean): Promise<void> {
    return this.must(callId).setCamera(on);
  }

  /** Tells of these users from now on, by `presence`; instead of those watched so far. */
  async watchPresence(userIds: string[]): Promise<void> {
    const gone = this.watched.filter(id => !userIds.includes(id));
    this.watched = userIds.slice(0, mostWatched);
    // Every new connection asks for all of them anyway.
    if (this.hub.state !== 'connected')
      return;
    if (gone.length > 0)
      await this.command('UnwatchPresence', { userIds: gone });
    if (this.watched.length > 0)
      await this.watch(this.watched);
  }

  history(options: { before?: string; limit?: number; missedOnly?: boolean } = {}): Promise<PastCall[]> {
    return this.command('GetHistory', { limit: 50, ...options });
  }

  async ackMissed(upTo: Date = new Date()): Promise<void> {
    this.inbox.missed = 0;
    await this.command('AckMissedCalls', { upTo: upTo.toISOString() });
  }

  settings(): Promise<Settings> {
    return this.rest.settings();
  }

  saveSettings(settings: Settings): Promise<Settings> {
    return this.rest.saveSettings(settings);
  }

  onlineUsers(): Promise<{ userId: string; name?: string; online: boolean }[] | undefined> {
    return this.rest.onlineUsers();
  }

  /** What comes in from each peer of each call on this device. */
  async stats(): Promise<PeerStats[]> {
    return (await Promise.all(this.calls.map(session => session.peers.stats()))).flat();
  }

  private must(callId: string): CallSession {
    const session = this.call(callId);
    if (!session)
      throw new CallError('not_found', 'There is no such call here.');
    return session;
  }

  private async watch(userIds: string[]): Promise<void> {
    for (const presence of await this.command<Presence[]>('WatchPresence', { userIds }))
      this.emit('presence', presence);
  }

  /** Commands are idempotent, so one whose outcome is unknown is sent again. */
  private async command<T>(method: string, argument: object): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.hub.ready(connectWaitMs);
        return await this.hub.invoke<T>(method, argument);
      } catch (error) {
        const refused = parseHubError(error);
        if (!refused.isTransient || attempt >= mostAttempts || this.hub.state === 'displaced' || this.hub.state === 'disconnected')
          throw refused;
        await later((refused.retryAfter ?? 0.2 * 2 ** attempt * (0.5 + Math.random() / 2)) * 1000, undefined);
      }
    }
  }

  /** Glare: the service has put this user into the other one's call. */
  private async merged(mine: CallSession, call: Call): Promise<CallSession> {
    const hungUp = mine.place === 'over';
    mine.leave();
    this.inbox.replace(mine);
    const session = this.inbox.adopt(call);
    if (hungUp)
      await session.end();
    else if (deviceOf(call, this.options.userId) === this.options.deviceId && !ringsFor(call, this.options.userId))
      await session.join(call);
    return session;
  }

  private draft(request: StartRequest): Call {
    const now = new Date().toISOString();
    return {
      callId: request.callId,
      caller: { id: this.options.userId, deviceId: this.options.deviceId, ...(this.options.name ? { name: this.options.name } : {}) },
      media: request.media,
      state: 'ringing',
      ringUntil: now,
      createdAt: now,
      seq: 0,
      legs: request.calleeIds.map(userId => ({ userId, state: 'notifying' })),
    };
  }
}
