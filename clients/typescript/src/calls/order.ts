// Tracks which events of a call have been seen. `seq` increases by one with each event of a call, but not every event is sent
// to every device, so a gap only suggests refreshing the call.

/** Whether an event is the next one, follows a gap, or is a duplicate. */
export type Verdict = 'next' | 'gap' | 'seen';

/** The last event seen of each call. */
export class EventOrder {
  private readonly last = new Map<string, number>();

  /** Classifies an event, and records it. */
  see(callId: string, seq: number): Verdict {
    const last = this.last.get(callId) ?? 0;
    if (seq <= last)
      return 'seen';
    this.last.set(callId, seq);
    return seq === last + 1 ? 'next' : 'gap';
  }

  /**
   * Starts to track a call. Responses to commands never advance it: they may overtake events, whose contents (an answer's SDP)
   * a call object lacks.
   */
  follow(callId: string, seq: number): void {
    if (!this.last.has(callId))
      this.last.set(callId, seq);
  }

  /** Stops tracking a call. */
  forget(callId: string): void {
    this.last.delete(callId);
  }

  /** The connection query's `seqs`: the events after which the server resumes. */
  query(): string {
    return [...this.last].map(([callId, seq]) => `${callId}:${seq}`).join(',');
  }
}

/**
 * The calls that are over on this device, with their last `seq`; the oldest are evicted. Only a later event is an invitation
 * back, and none is while the service has not reported that `seq`.
 */
export class Memory {
  private readonly ids = new Map<string, number>();

  /** Creates a record of at most `most` entries. */
  constructor(private readonly most = 500) {}

  /** Records a call that was over at its event `seq`. */
  add(id: string, seq = Infinity): void {
    this.ids.delete(id);
    this.ids.set(id, seq);
    if (this.ids.size > this.most)
      this.ids.delete(this.ids.keys().next().value!);
  }

  /** Removes a call that continues on this device. */
  delete(id: string): void {
    this.ids.delete(id);
  }

  /** Whether the call was over at its event `seq`. */
  covers(id: string, seq: number): boolean {
    return seq <= (this.ids.get(id) ?? -Infinity);
  }

  /** Whether a call is recorded. */
  has(id: string): boolean {
    return this.ids.has(id);
  }
}
