// Signals of parties without a connection yet.

import type { Signal } from '../calls/protocol.js';

/** The buffer's limit: what arrives before a party is known is stored, but not without bound. */
const mostWaiting = 256;

/** Signals of parties without a connection yet, in order. */
export class WaitingSignals {
  private readonly byUser = new Map<string, Signal[]>();

  /** Stores a signal. */
  keep(signal: Signal): void {
    const waiting = this.byUser.get(signal.fromUserId) ?? [];
    this.byUser.set(signal.fromUserId, waiting);
    if (waiting.push(signal) > mostWaiting)
      waiting.shift();
  }

  /** Removes and returns all of a party's. */
  take(userId: string): Signal[] {
    return this.byUser.get(userId)?.splice(0) ?? [];
  }

  /** A party's newest offer. */
  takeOffer(userId: string): Signal | undefined {
    const waiting = this.byUser.get(userId) ?? [];
    const index = waiting.map(signal => signal.kind).lastIndexOf('offer');
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  /** Discards a party's. */
  drop(userId: string): void {
    this.byUser.delete(userId);
  }

  /** Discards all. */
  clear(): void {
    this.byUser.clear();
  }
}
