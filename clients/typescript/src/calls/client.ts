// Connection and calls, without media: one client for one signed-in user on one device.

import { Connection } from './connection.js';
import type { ConnectionState } from './connection.js';
import { draftOf } from './draft.js';
import { Emitter } from './emitter.js';
import { createEnvironment, later } from './environment.js';
import type { Environment } from './environment.js';
import { CallError, parseHubError } from './errors.js';
import { IceSource } from './ice.js';
import { Inbox } from './inbox.js';
import { NoMedia } from './media-layer.js';
import type { CallMedia, MediaLayer, Place } from './media-layer.js';
import type { CallsClientEvents, CallsClientOptions, StartOptions } from './options.js';
import type {
  Call, CommandAnswer, CommandArguments, HubCommand, IceServer, PastCall, ServiceConfig, Settings, SettingsChange,
} from './protocol.js';
import { deviceOf, ringsFor } from './reduce.js';
import { Rest } from './rest.js';
import { CallSession } from './session.js';
import type { SessionHost } from './session-host.js';
import { installationId } from './storage.js';

const connectWaitMs = 30_000;
const mostAttempts = 6;
const mostWatched = 200;

/**
 * The connection to the service and the calls of one device; `M` is the media layer's type. Commands reject with a `CallError`,
 * and are retried automatically while the service is unreachable: they are idempotent.
 */
export class CallsClient<M extends CallMedia = NoMedia> extends Emitter<CallsClientEvents<M>> {
  /** This device's id. */
  readonly deviceId: string;
  /** The user. */
  readonly userId: string;
  private readonly environment: Environment;
  private readonly connection: Connection;
  private readonly rest: Rest;
  private readonly ice: IceSource;
  private readonly inbox: Inbox<M>;
  private watched: string[] = [];

  /** Creates a client that is not connected yet. Without a `layer` the package handles no media. */
  constructor(
    private readonly options: CallsClientOptions, private readonly layer: MediaLayer<M> = () => new NoMedia() as CallMedia as M,
  ) {
    const environment = createEnvironment(options.environment);
    super(environment.log);
    this.environment = environment;
    const url = (options.url ?? globalThis.location?.origin ?? '').replace(/\/+$/, '');
    if (!url)
      throw new CallError('invalid_argument', 'The option url is missing, and there is no page whose origin could be used.');
    this.userId = options.userId;
    this.deviceId = options.deviceId ?? installationId(environment.storage, environment.newId);
    this.rest = new Rest(url, this.deviceId, options.token, environment);
    this.ice = new IceSource(() => this.rest.iceServers(), environment);
    this.inbox = new Inbox({
      userId: this.userId,
      deviceId: this.deviceId,
      environment,
      send: this.command,
      session: (call, place) => this.session(call, place),
      changed: session => this.emit('callChanged', session),
      rings: session => this.emit('incoming', session),
      presence: presence => this.emit('presence', presence),
      missed: count => this.emit('missed', count),
      notification: notification => this.emit('notification', notification),
      settings: settings => this.emit('settings', settings),
      failed: error => this.emit('error', error),
    });
    this.connection = new Connection({
      url, deviceId: this.deviceId, platform: options.platform ?? 'web', token: options.token, environment,
      seqs: () => this.inbox.seqs(),
      diagnose: () => this.diagnose(),
    });
    this.connection.on('event', ({ name, payload }) => this.inbox.receive(name, payload));
    this.connection.on('failed', error => this.emit('error', error));
    this.connection.on('state', state => this.connectionChanged(state));
  }

  /** The connection's state. */
  get connectionState(): ConnectionState {
    return this.connection.state;
  }

  /** All calls known to this device, with its role in each. */
  get calls(): CallSession<M>[] {
    return this.inbox.sessions;
  }

  /** The number of unacknowledged missed calls. */
  get missedCount(): number {
    return this.inbox.missed;
  }

  /** The call with this id, if known to this device. */
  call(callId: string): CallSession<M> | undefined {
    return this.inbox.session(callId);
  }

  /** Connects, and reconnects automatically until `disconnect`. */
  connect(): void {
    this.connection.start();
  }

  /** Resolves when connected; rejects with `unavailable` after `withinMs`. */
  whenConnected(withinMs = connectWaitMs): Promise<void> {
    return this.connection.ready(withinMs);
  }

  /** Disconnects. This device's calls are abandoned: the service ends them after its grace period. */
  async disconnect(): Promise<void> {
    this.inbox.abandon();
    await this.connection.stop();
  }

  /**
   * Starts a call. The session is passed to `callChanged` at once; the promise settles when the service has accepted the call.
   * It may resolve to another call than the requested one, on glare: the callee was calling this user at the same moment.
   */
  async startCall(options: StartOptions): Promise<CallSession<M>> {
    const request = { callId: this.environment.newId(), ...options };
    const session = this.inbox.begin(draftOf(request, this.userId, this.deviceId, this.options.name));
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

  /** Moves a call here from another device of this user. */
  async move(callId: string): Promise<CallSession<M>> {
    const session = this.inbox.takeOver(await this.command('MoveCall', { callId }));
    await session.resume();
    return session;
  }

  /** Reports these users by `presence` from now on, instead of the previous ones; 200 at most. */
  async watchPresence(userIds: string[]): Promise<void> {
    const gone = this.watched.filter(id => !userIds.includes(id));
    this.watched = userIds.slice(0, mostWatched);
    // Every new connection subscribes to all of them anyway.
    if (this.connection.state !== 'connected')
      return;
    if (gone.length > 0)
      await this.command('UnwatchPresence', { userIds: gone });
    if (this.watched.length > 0)
      await this.watch(this.watched);
  }

  /** Past calls, newest first; `next` of the last item is `before` of the next page. */
  history(options: { before?: string; limit?: number; missedOnly?: boolean } = {}): Promise<PastCall[]> {
    return this.command('GetHistory', { limit: 50, ...options });
  }

  /**
   * Acknowledges all missed calls up to `upTo`, by the service's clock as in a call's `endedAt`; all recorded ones by default.
   */
  async ackMissed(upTo?: string): Promise<void> {
    const seen = upTo ?? await this.newestMissed();
    this.inbox.missed = 0;
    if (seen !== undefined)
      await this.command('AckMissedCalls', { upTo: seen });
  }

  /** The user's own settings. */
  settings(): Promise<Settings> {
    return this.rest.settings();
  }

  /** Changes some of the user's settings; returns all of them. The user's other devices receive the event `settings`. */
  changeSettings(change: SettingsChange): Promise<Settings> {
    return this.rest.changeSettings(change);
  }

  /** Replaces the user's settings; returns them as stored. */
  saveSettings(settings: Settings): Promise<Settings> {
    return this.rest.saveSettings(settings);
  }

  /** Enables do-not-disturb for a duration; without one indefinitely. By the service's clock, so this device's may be wrong. */
  doNotDisturb(forMs?: number): Promise<Settings> {
    const until = forMs === undefined ? null : new Date(this.rest.serviceNow + forMs).toISOString();
    return this.rest.changeSettings({ doNotDisturb: true, doNotDisturbUntil: until });
  }

  /** The service's public configuration, such as its Web Push key. */
  config(): Promise<ServiceConfig> {
    return this.rest.config();
  }

  /** The users who are online; undefined where the service does not report them (outside Development). */
  onlineUsers(): Promise<{ userId: string; name?: string; online: boolean }[] | undefined> {
    return this.rest.onlineUsers();
  }

  /** ICE servers with credentials that stay valid for at least half of their lifetime. */
  iceServers(): Promise<IceServer[]> {
    return this.ice.get();
  }

  /** Sends any hub command. It is retried while the service is unreachable, because commands are idempotent. */
  readonly command = async <K extends HubCommand>(command: K, ...args: CommandArguments<K>): Promise<CommandAnswer<K>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.connection.ready(connectWaitMs);
        return await this.connection.invoke(command, args) as CommandAnswer<K>;
      } catch (error) {
        const refused = parseHubError(error);
        if (!refused.isTransient || attempt >= mostAttempts || this.isOff)
          throw refused;
        // `retryAfter` ignores concurrent senders, who would be refused together again: the delay grows with each attempt.
        const seconds = Math.max(refused.retryAfter ?? 0, 0.2 * 2 ** attempt * (0.5 + this.environment.random() / 2));
        await later(this.environment, seconds * 1000, undefined);
      }
    }
  };

  private get isOff(): boolean {
    return ['displaced', 'refused', 'disconnected'].includes(this.connection.state);
  }

  private connectionChanged(state: ConnectionState): void {
    this.emit('connectionState', state);
    if (state === 'connected' && this.watched.length > 0)
      void this.watch(this.watched).catch(() => undefined);
    if (state === 'displaced' || state === 'refused')
      this.inbox.abandon();
  }

  private async watch(userIds: string[]): Promise<void> {
    for (const presence of await this.command('WatchPresence', { userIds }))
      this.emit('presence', presence);
  }

  private session(call: Call, place: Place): CallSession<M> {
    const host: SessionHost = {
      userId: this.userId,
      deviceId: this.deviceId,
      environment: this.environment,
      send: this.command,
      iceServers: () => this.ice.get(),
      renewIceServers: () => this.ice.renew(),
      iceExpiresInMs: () => this.ice.expiresInMs,
      changed: () => this.emit('callChanged', session),
      finished: end => {
        this.inbox.finished(session, end);
        this.emit('ended', { session, ...end });
      },
      answered: (userId, answer) => this.emit('answer', { session, userId, answer }),
      signalled: signal => this.emit('signal', { session, ...signal }),
      deviceChanged: change => this.emit('device', { session, ...change }),
      failed: error => this.emit('error', error),
    };
    const session = new CallSession<M>(call, place, host, this.layer);
    return session;
  }

  /** The service's time of the newest missed call: the device's clock may be minutes off. */
  private async newestMissed(): Promise<string | undefined> {
    const watched = this.inbox.missedUntil;
    const [newest] = await this.history({ missedOnly: true, limit: 1 });
    const kept = newest?.endedAt ?? newest?.createdAt;
    return watched !== undefined && (kept === undefined || watched > kept) ? watched : kept;
  }

  private async diagnose(): Promise<CallError | undefined> {
    try {
      await this.rest.iceServers();
      return undefined;
    } catch (error) {
      const reason = parseHubError(error);
      return reason.code === 'unauthenticated' || reason.code === 'forbidden' ? reason : undefined;
    }
  }

  /** Glare: the service has joined this user to the other user's call. */
  private async merged(mine: CallSession<M>, call: Call): Promise<CallSession<M>> {
    const hungUp = mine.place === 'over';
    mine.leave();
    this.inbox.replace(mine);
    const session = this.inbox.adopt(call);
    if (hungUp)
      await session.end();
    else if (deviceOf(call, this.userId) === this.deviceId && !ringsFor(call, this.userId))
      await session.join(call);
    return session;
  }
}
