// Signals of parties with whom there is no connection yet.

import type { Signal } from '../calls/protocol.js';

/** What arrives before a party is known is kept, but not without end. */
const mostWaiting = 256;

/** Signals of parties with whom there is no connection yet, in order. */
export class WaitingSignals {
  private readonly byUser = new Map<string, Signal[]>();

  /** Keeps a signal. */
  keep(signal: Signal): void {
    const waiting = this.byUser.get(signal.fromUserId) ?? [];
    this.byUser.set(signal.fromUserId, waiting);
    if (waiting.push(signal) > mostWaiting)
      waiting.shift();
  }

  /** All of a party's. */
  take(userId: string): Signal[] {
    return this.byUser.get(userId)?.splice(0) ?? [];
  }

  /** A party's newest offer. */
  takeOffer(userId: string): Signal | undefined {
    const waiting = this.byUser.get(userId) ?? [];
    const index = waiting.map(signal => signal.kind).lastIndexOf('offer');
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  /** Forgets a party's. */
  drop(userId: string): void {
    this.byUser.delete(userId);
  }

  /** Forgets all. */
  clear(): void {
    this.byUser.clear();
  }
}
