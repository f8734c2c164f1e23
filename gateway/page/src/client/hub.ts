// The connection to the hub: one socket, kept up for ever, and its errors in one shape.

import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import type { HubConnection } from '@microsoft/signalr';
import { Emitter } from './emitter';
import { CallError, parseHubError } from './errors';

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'displaced';

const serverEvents = [
  'CallIncoming', 'CallProgress', 'CallAccepted', 'CallReady', 'CallRejected', 'CallUpdated', 'CallEnded', 'SignalReceived',
  'OpenCalls', 'PresenceChanged', 'MissedCallsAcked', 'NotificationReceived', 'Reconnect', 'Displaced',
] as const;

export type ServerEvent = typeof serverEvents[number];

export interface HubOptions {
  baseUrl: string;
  deviceId: string;
  platform: string;
  token: (refresh: boolean) => Promise<string>;
  /** The events seen so far, asked for before each attempt to connect. */
  seqs: () => string;
}

const firstDelayMs = 300;
const longestDelayMs = 10_000;

export class Hub extends Emitter<{ state: ConnectionState; event: { name: ServerEvent; payload: unknown } }> {
  private readonly connection: HubConnection;
  private current: ConnectionState = 'disconnected';
  private wanted = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: HubOptions) {
    super();
    this.connection = new HubConnectionBuilder()
      .withUrl(this.url(), {
        transport: HttpTransportType.WebSockets,
        skipNegotiation: true,
        // A token that fails twice may be one that the server no longer knows.
        accessTokenFactory: () => this.options.token(this.attempt >= 2),
      })
      .configureLogging(LogLevel.None)
      .build();
    this.connection.keepAliveIntervalInMilliseconds = 10_000;
    this.connection.serverTimeoutInMilliseconds = 35_000;
    this.connection.onclose(() => this.lost());
    for (const name of serverEvents)
      this.connection.on(name, (payload: unknown) => this.received(name, payload));
    // A phone that wakes up or a laptop that is back in the network should not sit out its delay.
    addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.hurry());
  }

  get state(): ConnectionState {
    return this.current;
  }

  start(): void {
    if (this.wanted)
      return;
    this.wanted = true;
    this.attempt = 0;
    this.become('connecting');
    void this.open();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    await this.connection.stop();
    if (this.current !== 'displaced')
      this.become('disconnected');
  }

  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    if (this.connection.state !== HubConnectionState.Connected)
      throw new CallError('unavailable', 'There is no connection to the service.');
    try {
      return await this.connection.invoke<T>(method, ...args);
    } catch (error) {
      throw parseHubError(error);
    }
  }

  /** Resolves when there is a connection; rejects when there is none in time, or will not be. */
  ready(withinMs: number): Promise<void> {
    if (this.current === 'connected')
      return Promise.resolve();
    if (!this.wanted)
      return Promise.reject(new CallError('unavailable', 'Not connected.'));
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => {
        clearTimeout(timer);
        off();
        act();
      };
      const fail = () => reject(new CallError('unavailable', 'The service could not be reached.'));
      const timer = setTimeout(() => done(fail), withinMs);
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
    return `${this.options.baseUrl}/hubs/calls?${query}`;
  }

  private async open(): Promise<void> {
    this.timer = undefined;
    try {
      this.connection.baseUrl = this.url();
      await this.connection.start();
    } catch {
      this.again(this.delay());
      return;
    }
    if (this.wanted)
      this.become('connected');
    else
      await this.connection.stop();
  }

  private received(name: ServerEvent, payload: unknown): void {
    // Only a server that talks has really taken the connection.
    this.attempt = 0;
    if (name === 'Displaced') {
      this.wanted = false;
      this.become('displaced');
      void this.connection.stop();
    } else if (name === 'Reconnect') {
      void this.move((payload as { afterMs?: number } | undefined)?.afterMs ?? 0);
    } else {
      this.emit('event', { name, payload });
    }
  }

  /** The server is going away; it says when to leave, so that its clients do not all go at once. */
  private async move(afterMs: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, afterMs));
    if (this.wanted && this.connection.state === HubConnectionState.Connected)
      await this.connection.stop();
  }

  private lost(): void {
    if (!this.wanted)
      return;
    this.become('reconnecting');
    this.again(this.attempt === 0 ? Math.random() * firstDelayMs : this.delay());
  }

  private again(afterMs: number): void {
    if (!this.wanted)
      return;
    this.attempt++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), afterMs);
  }

  private delay(): number {
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.attempt);
    return most / 2 + Math.random() * most / 2;
  }

  private hurry(): void {
    if (this.wanted && this.timer !== undefined) {
      clearTimeout(this.timer);
      void this.open();
    }
  }

  private become(state: ConnectionState): void {
    if (this.current === state)
      return;
    this.current = state;
    this.emit('state', state);
  }
}
