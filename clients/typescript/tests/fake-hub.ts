// A hub in memory, and an environment whose time a test moves: what the client sends is recorded,
// what it receives a test decides.

import { CallsClient, createEnvironment } from '../src/calls/index.js';
import type {
  Call, CallMedia, CallsClientOptions, Environment, HubLink, HubLinkOptions, MediaLayer,
} from '../src/calls/index.js';

/** Timers that run when a test says so. */
export class FakeTime {
  ms = 0;
  private readonly timers = new Map<number, { at: number; run: () => void }>();
  private last = 0;

  readonly setTimeout = (run: () => void, ms: number): unknown => {
    this.timers.set(++this.last, { at: this.ms + ms, run });
    return this.last;
  };

  readonly clearTimeout = (timer: unknown): void => void this.timers.delete(timer as number);

  get waiting(): number {
    return this.timers.size;
  }

  /** Lets time pass; runs what is due, in order, with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (!due)
        break;
      this.timers.delete(due[0]);
      this.ms = due[1].at;
      due[1].run();
    }
    this.ms = end;
    await settle();
  }
}

/** Lets everything run that waits for promises only. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++)
    await Promise.resolve();
}

export class FakeHub implements HubLink {
  isConnected = false;
  readonly sent: { method: string; argument: Record<string, unknown> }[] = [];
  readonly urls: URL[] = [];
  readonly answers: Record<string, (argument: never) => unknown> = {};
  /** How many of the next attempts to connect fail. */
  failing = 0;
  /** What the service does to a connection that is there. */
  opened: (() => void) | undefined;

  constructor(readonly options: HubLinkOptions) {}

  async start(): Promise<void> {
    this.urls.push(new URL(this.options.url()));
    await this.options.token();
    if (this.failing-- > 0)
      throw new Error('WebSocket failed to connect.');
    this.failing = 0;
    this.isConnected = true;
    if (this.opened)
      queueMicrotask(() => queueMicrotask(this.opened!));
  }

  async stop(): Promise<void> {
    if (this.isConnected)
      this.drop();
  }

  async invoke(method: string, ...args: unknown[]): Promise<unknown> {
    const argument = (args[0] ?? {}) as Record<string, unknown>;
    this.sent.push({ method, argument });
    const answer = this.answers[method];
    return answer ? answer(argument as never) : null;
  }

  send(event: string, payload: unknown): void {
    this.options.received(event, payload);
  }

  drop(error?: Error): void {
    this.isConnected = false;
    this.options.closed(error);
  }

  /** The arguments of all commands of that name. */
  of(method: string): Record<string, unknown>[] {
    return this.sent.filter(one => one.method === method).map(one => one.argument);
  }
}

export interface Fixture<C> {
  client: C;
  hub: FakeHub;
  time: FakeTime;
  environment: Environment;
  errors: string[];
}

/** A connected client of bob's, on device b1. */
export const connected = <M extends CallMedia>(
  options: Partial<CallsClientOptions> = {}, layer?: MediaLayer<M>,
): Promise<Fixture<CallsClient<M>>> =>
  connectedClient(all => new CallsClient<M>(all, layer), options);

/** The same with a client of another class. */
export async function connectedClient<C extends { connect(): void }>(
  make: (options: CallsClientOptions) => C, options: Partial<CallsClientOptions> = {},
): Promise<Fixture<C>> {
  const time = new FakeTime();
  const hubs: FakeHub[] = [];
  const errors: string[] = [];
  const environment = createEnvironment({
    now: () => time.ms,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
    random: () => 0.5,
    connect: linkOptions => {
      hubs.push(new FakeHub(linkOptions));
      return hubs[0]!;
    },
    fetch: async url => {
      throw new Error(`no answer of ${url}`);
    },
    onWake: () => () => undefined,
    log: { debug: () => undefined, error: (message, detail) => void errors.push(`${message} ${String(detail)}`) },
    ...options.environment,
  });
  const client = make({
    url: 'https://calls.test', userId: 'bob', deviceId: 'b1', token: () => 'token', ...options, environment,
  });
  client.connect();
  await settle();
  const hub = hubs[0]!;
  hub.send('OpenCalls', { calls: [], missedCount: 0 });
  return { client, hub, time, environment, errors };
}

export const time = (seconds: number): string => new Date(Date.UTC(2026, 0, 31, 12, 0, seconds)).toISOString();

/** A call of ann's to bob, that rings. */
export const call = (changes: Partial<Call> = {}): Call => ({
  callId: 'c1', caller: { id: 'ann', name: 'Ann', deviceId: 'a1' }, media: 'audio', state: 'ringing',
  ringUntil: time(60), createdAt: time(0), seq: 1, legs: [{ userId: 'bob', state: 'ringing' }], ...changes,
});
