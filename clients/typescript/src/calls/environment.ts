// What the client needs from its platform, with the browser's functions as defaults.

import type { HubLink, HubLinkOptions } from './link.js';
import { signalRLink } from './link.js';
import { safeStorage } from './storage.js';
import type { KeyValueStorage } from './storage.js';

/** The client's log. It contains no secrets: no tokens, no SDP. */
export interface Logger {
  /** Details of negotiation and transport, for debugging. */
  debug(message: string, detail?: unknown): void;
  /** A defect in the client or in a listener of the app. */
  error(message: string, detail?: unknown): void;
}

/** A handle of {@link Environment.setTimeout}. */
export type Timer = unknown;

/** What the client needs from its platform. Every member has a default; replace those that your platform does differently. */
export interface Environment {
  /**
   * A monotonic clock in milliseconds; only differences matter. Default: `performance.now()`, and the wall clock while that is
   * ahead.
   */
  now(): number;
  /** Runs a function once, after `ms` milliseconds. */
  setTimeout(run: () => void, ms: number): Timer;
  /** Cancels a timer; no effect if it has run, or on undefined. */
  clearTimeout(timer: Timer): void;
  /** A number from 0 up to 1, for jitter. */
  random(): number;
  /** A globally unique id, 1 to 64 characters of `A-Z a-z 0-9 - _`. Default: a UUID, also outside secure contexts. */
  newId(): string;
  /** Sends a REST request. Default: the global `fetch`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Opens the hub connection. Default: `@microsoft/signalr` over WebSockets. */
  connect(options: HubLinkOptions): HubLink;
  /**
   * Calls back when the device wakes up or is online again. Default: the window's `online` and `visibilitychange`. Returns a
   * function that stops it.
   */
  onWake(wake: () => void): () => void;
  /** Stores the device id. Default: `localStorage`, or memory where that is blocked. */
  storage: KeyValueStorage;
  /** The log. Default: the console. */
  log: Logger;
}

/** The defaults, overridden by `given`. */
export function createEnvironment(given: Partial<Environment> = {}): Environment {
  return {
    now: elapsedClock(() => performance.now(), () => Date.now()),
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: timer => globalThis.clearTimeout(timer as never),
    random: () => Math.random(),
    newId: () => newId(),
    fetch: (url, init) => globalThis.fetch(url, init),
    connect: signalRLink,
    onWake: onBrowserWake,
    storage: safeStorage(() => globalThis.localStorage),
    log: {
      debug: (message, detail) => console.debug(message, detail),
      error: (message, detail) => console.error(message, detail),
    },
    ...given,
  };
}

/**
 * A monotonic clock that includes sleep: some systems stop the monotonic clock during sleep, and the wall clock may be set
 * back.
 */
export function elapsedClock(monotonic: () => number, wall: () => number): () => number {
  let lastMonotonic = monotonic();
  let lastWall = wall();
  let elapsed = 0;
  return () => {
    const [nowMonotonic, nowWall] = [monotonic(), wall()];
    elapsed += Math.max(0, nowMonotonic - lastMonotonic, nowWall - lastWall);
    [lastMonotonic, lastWall] = [nowMonotonic, nowWall];
    return elapsed;
  };
}

/** A random UUID (version 4). `crypto.randomUUID` is missing outside secure contexts, and `crypto` may be in React Native. */
export function newId(source: Partial<Pick<Crypto, 'randomUUID' | 'getRandomValues'>> | undefined = globalThis.crypto): string {
  if (source?.randomUUID)
    return source.randomUUID();
  const bytes = new Uint8Array(16);
  if (source?.getRandomValues)
    source.getRandomValues(bytes);
  else
    bytes.forEach((_, index) => bytes[index] = Math.random() * 256);
  bytes[6] = bytes[6]! & 0x0f | 0x40;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Resolves to `value` after `ms` milliseconds. */
export const later = <T>(environment: Pick<Environment, 'setTimeout'>, ms: number, value: T): Promise<T> =>
  new Promise(resolve => environment.setTimeout(() => resolve(value), ms));

function onBrowserWake(wake: () => void): () => void {
  // React Native has a window without events; Node has none.
  const window = typeof globalThis.addEventListener === 'function' ? globalThis : undefined;
  const document = typeof globalThis.document?.addEventListener === 'function' ? globalThis.document : undefined;
  const visible = () => {
    if (document?.visibilityState === 'visible')
      wake();
  };
  window?.addEventListener('online', wake);
  document?.addEventListener('visibilitychange', visible);
  return () => {
    window?.removeEventListener('online', wake);
    document?.removeEventListener('visibilitychange', visible);
  };
}
