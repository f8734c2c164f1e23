import type { Environment, Timer } from './environment.js';
import type { CallMedia } from './media-layer.js';
import type { CallSession } from './session.js';

const longestRingMs = 180_000;
/** The ring may be extended, and the service's own end should come first. */
export const ringSlackMs = 35_000;

/**
 * Without a connection no end of the ringing arrives. The clocks may differ, so only the ring's duration is taken from the
 * service, counted from now: rather too long than too short.
 */
export class RingDeadlines {
  private readonly timers = new Map<string, Timer>();

  constructor(private readonly environment: Environment) {}

  /** Ends the session as unanswered if it still rings then. */
  watch<M extends CallMedia>(session: CallSession<M>): void {
    const { ringUntil, createdAt } = session.call;
    const length = Math.min(longestRingMs, Date.parse(ringUntil) - Date.parse(createdAt));
    this.timers.set(session.callId, this.environment.setTimeout(() => {
      if (session.place === 'incoming')
        session.finish('no_answer');
    }, length + ringSlackMs));
  }

  drop(callId: string): void {
    this.environment.clearTimeout(this.timers.get(callId));
    this.timers.delete(callId);
  }
}
