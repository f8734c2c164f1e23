// Everything the page says about a call, in plain words.

import type { Call, DeviceChange, EndReason, PastCall } from '@orleanscalls/client';
import { isCaller, isGone, legIsIn, legIsPending } from '@orleanscalls/client';

export interface EndView {
  reason: EndReason;
  incoming: boolean;
  /** Whether I ended it myself. */
  byMe: boolean;
  answered: boolean;
  /** The other side, as the page calls it; and whether that is more than one. */
  who: string;
  several: boolean;
  /** The words of the one who declined. */
  said?: string;
}

/** Why a call is over. */
export function endWords({ reason, incoming, byMe, answered, who, several, said }: EndView): string {
  switch (reason) {
    case 'completed': return byMe || several ? `The call with ${who} ended.` : `${who} hung up.`;
    case 'cancelled': return incoming ? `You missed a call from ${who}.` : byMe ? 'Call cancelled.' : `The call to ${who} was cancelled.`;
    case 'rejected': return incoming ? `You declined the call from ${who}.` : said ? `${who} declined: “${said}”` : `${who} declined the call.`;
    case 'busy': return incoming ? `${who} called while you were busy.` : `${who} is busy in another call.`;
    case 'no_answer': return incoming ? `You missed a call from ${who}.` : `${who} did not answer.`;
    case 'unreachable': return incoming ? `You missed a call from ${who}.` : `${who} could not be reached.`;
    case 'connect_timeout': return `The connection to ${who} could not be set up.`;
    case 'lost': return answered ? `The connection to ${who} was lost.` : 'The call was lost.';
    case 'replaced': return 'A newer call took the place of this one.';
    case 'ended_by_admin': return 'The call was ended by an administrator.';
    case 'failed': return 'The call failed. Please try again.';
    case 'answered_elsewhere': return 'Answered on another device.';
    case 'rejected_elsewhere': return 'Declined on another device.';
  }
}

/** What happened to the own microphone or camera. */
export function deviceWords({ kind, change, label }: DeviceChange): string {
  const device = kind === 'audio' ? 'microphone' : 'camera';
  const without = kind === 'audio' ? 'The others cannot hear you.' : 'The others cannot see you.';
  switch (change) {
    case 'lost': return `Your ${device} is gone. ${without}`;
    case 'replaced': return `Your ${device} is gone; ${label || 'another one'} is used now.`;
    case 'found': return `${label || `A ${device}`} is used now.`;
    case 'denied': return `This page may not use the ${device}. ${without}`;
    case 'paused': return `Another program, or the system, has taken the ${device}. ${without}`;
    case 'missing': return `There is no ${device} that could be used. ${without}`;
  }
}

/** How the call stands, for the one line above it. */
export function statusWords(call: Call, me: string, connected: boolean, reconnecting: boolean): string {
  if (reconnecting)
    return 'Reconnecting…';
  if (!isCaller(call, me))
    return connected ? 'Connected' : 'Connecting…';
  if (call.legs.some(legIsIn))
    return connected ? 'Connected' : 'Connecting…';
  if (call.legs.some(leg => leg.state === 'ringing'))
    return 'Ringing…';
  if (call.seq === 0)
    return 'Calling…';
  return 'Reaching phone…';
}

/** How one party stands, for its tile. */
export function partyWords(call: Call, userId: string): string {
  const leg = call.legs.find(one => one.userId === userId);
  if (!leg && isGone(call, userId))
    return 'Left';
  if (!leg || legIsIn(leg))
    return 'Connecting…';
  if (legIsPending(leg))
    return leg.state === 'ringing' ? 'Ringing…' : 'Reaching phone…';
  return ({ declined: 'Declined', busy: 'Busy', left: 'Left' } as Record<string, string>)[leg.state] ?? 'No answer';
}

/** The one who rings this user: the caller, or whoever invited. */
export const ringer = (call: Call): { id: string; name?: string } => call.invitedBy ?? call.caller;

/** The name of the one who rings. */
export const callerName = (call: Call): string => ringer(call).name || ringer(call).id;

/** "Ann", "Ann and Bob", "Ann, Bob and 2 others". */
export function together(names: string[]): string {
  if (names.length <= 2)
    return names.join(' and ');
  return names.length === 3
    ? `${names[0]}, ${names[1]} and ${names[2]}`
    : `${names[0]}, ${names[1]} and ${names.length - 2} others`;
}

/** Those of `others` who are in the call or still may come; all of them once nobody is. */
export function present<T extends { userId: string }>(call: Call, others: T[]): T[] {
  const here = others.filter(({ userId }) => !isGone(call, userId));
  return here.length > 0 ? here : others;
}

export function outcomeWords(call: PastCall, me: string): string {
  const incoming = call.caller.id !== me;
  switch (call.outcome) {
    case 'answered': return `${incoming ? 'Incoming' : 'Outgoing'} · ${durationWords(call)}`;
    case 'declined': return incoming ? 'You declined' : 'Declined';
    case 'missed': return 'Missed';
    case 'cancelled': return 'Cancelled';
    case 'unanswered': return call.endReason === 'busy' ? 'Busy' : call.endReason === 'unreachable' ? 'Not reached' : 'No answer';
    case 'failed': return 'Failed';
  }
}

function durationWords(call: Call): string {
  if (!call.answeredAt || !call.endedAt)
    return 'answered';
  const seconds = Math.max(0, Math.round((Date.parse(call.endedAt) - Date.parse(call.answeredAt)) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** 65 s as "1:05". */
export function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A time of today as "14:05", one of another day with its date. */
export function when(time: string, now = new Date()): string {
  const date = new Date(time);
  return date.toDateString() === now.toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' });
}
