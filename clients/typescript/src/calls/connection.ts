// The connection to the hub: one link at a time, reconnected indefinitely, with all errors as `CallError`.

import { Emitter } from './emitter.js';
import { later } from './environment.js';
import type { Environment, Timer } from './environment.js';
import { CallError, parseHubError } from './errors.js';
import type { ErrorCode } from './errors.js';
import type { HubLink } from './link.js';
import type { HubEvents, Reconnect } from './protocol.js';
import type { TokenProvider } from './token.js';

/**
 * The connection's state. `displaced`: another connection of this device has replaced this one; `refused`: the service rejects
 * this device. Both are final until `connect` is called again.
 */
export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'displaced' | 'refused';

/** The name of a hub event. */
export type HubEvent = keyof HubEvents;

// Events of a newer gateway are not listed here; the link drops them.
const hubEvents: readonly HubEvent[] = [
  'CallIncoming', 'CallProgress', 'CallAccepted', 'CallReady', 'CallRejected', 'CallUpdated', 'CallEnded', 'SignalReceived',
  'OpenCalls', 'PresenceChanged', 'MissedCallsAcked', 'NotificationReceived', 'SettingsChanged', 'TestRing',
  'Reconnect', 'Displaced',
];

/** Options of a {@link Connection}. */
export interface ConnectionOptions {
  /** The service's URL, without a trailing slash. */
  url: string;
  deviceId: string;
  platform: string;
  token: TokenProvider;
  /** The last events seen, read before each attempt to connect. */
  seqs(): string;
  /**
   * Asks the service over REST why it refuses the connection, since a failed WebSocket gives no reason. Undefined when unknown.
   */
  diagnose(): Promise<CallError | undefined>;
  environment: Environment;
}

const firstDelayMs = 300;
const longestDelayMs = 10_000;
/** A connection closed sooner than this counts as a failed attempt, or it would be opened and closed in a loop. */
const lastingMs = 5_000;
/** From this many consecutive failures on, the token may be the cause. */
const doubtTokenAfter = 2;
/** After closing with one of these reasons the next connection would be closed the same way. */
const finalCodes: readonly ErrorCode[] = ['conflict', 'forbidden', 'invalid_argument'];

/** One connection to the hub; reconnects until stopped. */
export class Connection extends Emitter<{
  state: ConnectionState; event: { name: HubEvent; payload: unknown }; failed: CallError
}> {
  private readonly link: HubLink;
  private current: ConnectionState = 'disconnected';
  private wanted = false;
  private attempt = 0;
  private lacksToken = false;
  private takenAtMs: number | undefined;
  private timer: Timer;
  private stopListening: () => void = () => undefined;

  /** Creates a connection that is not open yet. */
  constructor(private readonly options: ConnectionOptions) {
    super(options.environment.log);
    this.link = options.environment.connect({
      url: () => this.url(),
      token: () => this.token(),
      events: hubEvents,
      received: (name, payload) => this.received(name as HubEvent, payload),
      closed: error => this.lost(error),
    });
  }

  /** The current state. */
  get state(): ConnectionState {
    return this.current;
  }

  /** Connects, and reconnects until closed. */
  start(): void {
    if (this.wanted)
      return;
    this.wanted = true;
    this.attempt = 0;
    // A device that wakes up or is online again skips the remaining back-off.
    this.stopListening = this.options.environment.onWake(() => this.hurry());
    this.become('connecting');
    void this.open();
  }

  /** Closes the connection. */
  async stop(): Promise<void> {
    this.giveUp('disconnected');
    await this.link.stop();
  }

  /** Invokes a hub method on the current connection. */
  async invoke(method: string, args: unknown[]): Promise<unknown> {
    if (!this.link.isConnected)
      throw new CallError('unavailable', 'There is no connection to the service.');
    try {
      return await this.link.invoke(method, ...args);
    } catch (error) {
      throw parseHubError(error);
    }
  }

  /** Resolves when connected; rejects on timeout or in a final state. */
  ready(withinMs: number): Promise<void> {
    if (this.current === 'connected')
      return Promise.resolve();
    if (!this.wanted)
      return Promise.reject(new CallError('unavailable', 'Not connected.'));
    const { environment } = this.options;
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => {
        environment.clearTimeout(timer);
        off();
        act();
      };
      const fail = () => reject(new CallError('unavailable', 'The service could not be reached.'));
      const timer = environment.setTimeout(() => done(fail), withinMs);
      const off = this.on('state', state => {
        if (state === 'connected')
          done(resolve);
        else if (!this.wanted)
          done(fail);
      });
    });
  }

  private url(): string {
    const query = new URLSearchParams({ deviceId: this.options.deviceId, platform: this.options.platform });
    const seqs = this.options.seqs();
    if (seqs)
      query.set('seqs', seqs);
    return `${this.options.url}/hubs/calls?${query}`;
  }

  private async token(): Promise<string> {
    try {
      return await this.options.token({ renew: this.attempt >= doubtTokenAfter });
    } catch (error) {
      // Once per outage: the next attempts will mostly fail the same way.
      if (!this.lacksToken)
        this.emit('failed', noToken(error));
      this.lacksToken = true;
      throw error;
    }
  }

  private async open(): Promise<void> {
    this.timer = this.takenAtMs = undefined;
    try {
      await this.link.start();
    } catch (error) {
      this.options.environment.log.debug('The connection could not be opened.', error);
      // Once per outage, after a new token did not help.
      if (this.attempt === doubtTokenAfter)
        void this.explain();
      this.again(this.delay());
      return;
    }
    if (this.wanted)
      this.become('connected');
    else
      await this.link.stop();
  }

  private async explain(): Promise<void> {
    const reason = await this.options.diagnose();
    if (reason && this.wanted && this.current !== 'connected')
      this.emit('failed', reason);
  }

  private received(name: HubEvent, payload: unknown): void {
    // Only a server that sends something has accepted the connection.
    this.takenAtMs ??= this.options.environment.now();
    this.lacksToken = false;
    if (name === 'Displaced') {
      this.giveUp('displaced');
      void this.link.stop();
    } else if (name === 'Reconnect') {
      void this.move((payload as Reconnect | undefined)?.afterMs ?? 0);
    } else {
      this.emit('event', { name, payload });
    }
  }

  /** The server is shutting down and staggers its clients' reconnects by this delay. */
  private async move(afterMs: number): Promise<void> {
    await later(this.options.environment, afterMs, undefined);
    if (this.wanted && this.link.isConnected)
      await this.link.stop();
  }

  private lost(error: Error | undefined): void {
    if (!this.wanted)
      return;
    const reason = error && parseHubError(error);
    if (reason && finalCodes.includes(reason.code)) {
      this.giveUp('refused');
      this.emit('failed', reason);
      return;
    }
    if (this.takenAtMs !== undefined && this.options.environment.now() - this.takenAtMs >= lastingMs)
      this.attempt = 0;
    this.become('reconnecting');
    this.again(this.attempt === 0 ? this.options.environment.random() * firstDelayMs : this.delay());
  }

  private again(afterMs: number): void {
    if (!this.wanted)
      return;
    const { environment } = this.options;
    this.attempt++;
    environment.clearTimeout(this.timer);
    this.timer = environment.setTimeout(() => void this.open(), afterMs);
  }

  private delay(): number {
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.attempt);
    return most / 2 + this.options.environment.random() * most / 2;
  }

  private hurry(): void {
    if (this.wanted && this.timer !== undefined) {
      this.options.environment.clearTimeout(this.timer);
      void this.open();
    }
  }

  private giveUp(state: ConnectionState): void {
    this.wanted = false;
    this.options.environment.clearTimeout(this.timer);
    this.timer = undefined;
    this.stopListening();
    if (this.current !== 'displaced' || state !== 'disconnected')
      this.become(state);
  }

  private become(state: ConnectionState): void {
    if (this.current === state)
      return;
    this.current = state;
    this.emit('state', state);
  }
}

/** The error for a failing token provider. `fetch` rejects with a TypeError when the app's own back end is unreachable. */
function noToken(error: unknown): CallError {
  if (error instanceof CallError)
    return error;
  const text = `The app gave no token: ${error instanceof Error ? error.message : String(error)}`;
  return new CallError(error instanceof TypeError ? 'unavailable' : 'unauthenticated', text);
}
