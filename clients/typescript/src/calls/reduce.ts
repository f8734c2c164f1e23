// Applies events to a call object. Pure, so that it can be tested without a browser.

import type { Call, CallAccepted, CallEnded, CallProgress, CallReady, CallRejected, Leg } from './protocol.js';
import { legIsIn, legIsOver, legIsPending } from './protocol.js';

/** Returns the newer of two states of a call; an ended call stays ended. */
export function newer(known: Call, seen: Call): Call {
  if (known.state === 'ended' || seen.seq < known.seq)
    return known;
  return { ...seen, seq: Math.max(known.seq, seen.seq) };
}

export function progressed(call: Call, event: CallProgress): Call {
  return withLeg(call, event, leg => legIsPending(leg) ? { ...leg, state: event.stage } : leg);
}

/** An accept without an answer means "not ready yet", or that negotiation follows: the leg is accepted, but not joined. */
export function accepted(call: Call, event: CallAccepted, now: Date): Call {
  const next = withLeg(call, event, leg => ({
    ...leg, state: event.answer ? 'joined' : 'accepted', ...(event.deviceId ? { deviceId: event.deviceId } : {}),
  }));
  return {
    ...next,
    state: event.answer || call.state === 'active' ? 'active' : 'connecting',
    answeredAt: call.answeredAt ?? now.toISOString(),
  };
}

export function ready(call: Call, event: CallReady): Call {
  return { ...withLeg(call, event, leg => ({ ...leg, state: 'joined' })), state: 'active' };
}

export function rejected(call: Call, event: CallRejected): Call {
  return withLeg(call, event, leg => ({ ...leg, state: 'declined', ...(event.reason ? { reason: event.reason } : {}) }));
}

export function ended(call: Call, event: CallEnded, now: Date): Call {
  return {
    ...call,
    state: 'ended',
    seq: Math.max(call.seq, event.seq),
    endReason: event.reason,
    endedAt: call.endedAt ?? now.toISOString(),
    ...(event.endedBy ? { endedBy: event.endedBy } : {}),
  };
}

/** What a callee's event changes; it names the callee, whom the caller may know by the id only. */
function withLeg(call: Call, event: { seq: number; userId: string; name?: string }, change: (leg: Leg) => Leg): Call {
  const named = (leg: Leg): Leg => event.name ? { ...leg, name: event.name } : leg;
  return {
    ...call,
    seq: Math.max(call.seq, event.seq),
    legs: call.legs.map(leg => leg.userId === event.userId && !legIsOver(leg) ? named(change(leg)) : leg),
  };
}

export const isOneToOne = (call: Call): boolean => call.legs.length === 1;

export const legOf = (call: Call, userId: string): Leg | undefined => call.legs.find(leg => leg.userId === userId);

/** Whether `userId` takes part as the caller: one who has left and was invited back is a callee. */
export const isCaller = (call: Call, userId: string): boolean => call.caller.id === userId && !legOf(call, userId);

/** Whether `userId` is a callee who has not decided yet. */
export function ringsFor(call: Call, userId: string): boolean {
  const leg = legOf(call, userId);
  return call.state !== 'ended' && leg !== undefined && legIsPending(leg);
}

/** The device on which `userId` takes part; undefined when there is none (yet). */
export function deviceOf(call: Call, userId: string): string | undefined {
  const leg = legOf(call, userId);
  if (leg)
    return legIsIn(leg) ? leg.deviceId : undefined;
  return call.caller.id === userId && !call.caller.left ? call.caller.deviceId : undefined;
}

/** All present and former parties of the call, each once: the caller first. */
export const parties = (call: Call): string[] => [...new Set([call.caller.id, ...call.legs.map(leg => leg.userId)])];

/** All connected parties except `userId`. */
export function othersIn(call: Call, userId: string): string[] {
  const legs = call.legs.filter(legIsIn).map(leg => leg.userId);
  return [...(call.caller.left ? [] : [call.caller.id]), ...legs].filter(id => id !== userId);
}

/** Whether `userId` has left the call, or never joined it. */
export function isGone(call: Call, userId: string): boolean {
  const leg = legOf(call, userId);
  return leg ? legIsOver(leg) : call.caller.id === userId && call.caller.left === true;
}

export function nameOf(call: Call, userId: string): string {
  const name = call.caller.id === userId ? call.caller.name : legOf(call, userId)?.name;
  return name || userId;
}
