// Which events of a call have been seen. `seq` grows by one with each event of a call, but not every event goes to every
// device, so a gap is only a hint to look at the call again.

/** Whether an event follows the one before, follows one that was not sent here, or has been seen. */
export type Verdict = 'next' | 'gap' | 'seen';

/** The events seen so far, for each call. */
export class EventOrder {
  private readonly last = new Map<string, number>();

  /** Says what an event is, and remembers it. */
  see(callId: string, seq: number): Verdict {
    const last = this.last.get(callId) ?? 0;
    if (seq <= last)
      return 'seen';
    this.last.set(callId, seq);
    return seq === last + 1 ? 'next' : 'gap';
  }

  /**
   * Starts to follow a call. The answers to commands never move this on: they may overtake events, and those carry
   * what a call object does not (an answer's SDP).
   */
  follow(callId: string, seq: number): void {
    if (!this.last.has(callId))
      this.last.set(callId, seq);
  }

  /** Stops to follow a call. */
  forget(callId: string): void {
    this.last.delete(callId);
  }

  /** The connection query's `seqs`: after which event the server is to go on. */
  query(): string {
    return [...this.last].map(([callId, seq]) => `${callId}:${seq}`).join(',');
  }
}

/**
 * The calls that are over for this device, and since which event; the oldest are forgotten. Only what comes later is an invitation back,
 * and before the service has said when that was, nothing is.
 */
export class Memory {
  private readonly ids = new Map<string, number>();

  /** Remembers `most` entries. */
  constructor(private readonly most = 500) {}

  /** Remembers a call that is over since its event `seq`. */
  add(id: string, seq = Infinity): void {
    this.ids.delete(id);
    this.ids.set(id, seq);
    if (this.ids.size > this.most)
      this.ids.delete(this.ids.keys().next().value!);
  }

  /** The call goes on for this device. */
  delete(id: string): void {
    this.ids.delete(id);
  }

  /** Whether the call was over by its event `seq`. */
  covers(id: string, seq: number): boolean {
    return seq <= (this.ids.get(id) ?? -Infinity);
  }

  /** Whether a call is remembered. */
  has(id: string): boolean {
    return this.ids.has(id);
  }
}
