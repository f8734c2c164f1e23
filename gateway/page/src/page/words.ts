// All texts of the page about a call.

import type { Call, DeviceChange, EndReason, PastCall } from '@orleanscalls/client';
import { isCaller, isGone, legIsIn, legIsPending } from '@orleanscalls/client';
import { locale, t, tidy } from './words/table';

export interface EndView {
  reason: EndReason;
  incoming: boolean;
  /** Whether this user ended it. */
  byMe: boolean;
  answered: boolean;
  /** The other side as the page names it; and whether it is more than one. */
  who: string;
  several: boolean;
  /** The decliner's text. */
  said?: string;
}

/** Reasons that apps send automatically: they add nothing to "declined". */
const wordsOfApps = new Set([
  'busy', 'user_busy', 'declined', 'user_declined', 'rejected', 'user_rejected', 'unavailable', 'no_answer', 'timeout',
  'cancelled', 'unsupported',
]);

/** The text for a call's end. */
export function endWords({ reason, incoming, byMe, answered, who, several, said }: EndView): string {
  switch (reason) {
    case 'completed': return byMe || several ? t('endCompleted', { who }) : t('endHungUp', { who });
    case 'cancelled': return incoming ? t('endMissed', { who }) : byMe ? t('endCancelled') : t('endCancelledTo', { who });
    case 'rejected': return incoming
      ? t('endDeclinedByMe', { who })
      : said && !wordsOfApps.has(said) ? t('endDeclinedSaying', { who, said: tidy(said) }) : t('endDeclined', { who });
    case 'busy': return incoming ? t('endWhileBusy', { who }) : t('endBusy', { who });
    case 'no_answer': return incoming ? t('endMissed', { who }) : t('endNoAnswer', { who });
    case 'unreachable': return incoming ? t('endMissed', { who }) : t('endUnreachable', { who });
    case 'connect_timeout': return t('endNotConnected', { who });
    case 'lost': return answered ? t('endLost', { who }) : t('endCallLost');
    case 'replaced': return t('endReplaced');
    case 'ended_by_admin': return t('endByAdmin');
    case 'failed': return t('endFailed');
    case 'answered_elsewhere': return t('endAnsweredElsewhere');
    case 'rejected_elsewhere': return t('endDeclinedElsewhere');
  }
}

/** The text for an event of the own microphone or camera. */
export function deviceWords({ kind, change, label }: DeviceChange): string {
  const isSound = kind === 'audio';
  const without = t(isSound ? 'othersCannotHear' : 'othersCannotSee');
  switch (change) {
    case 'lost': return `${t(isSound ? 'microphoneLost' : 'cameraLost')} ${without}`;
    case 'replaced': return label
      ? t(isSound ? 'microphoneReplacedBy' : 'cameraReplacedBy', { label })
      : t(isSound ? 'microphoneReplaced' : 'cameraReplaced');
    case 'paused': return `${t(isSound ? 'microphonePaused' : 'cameraPaused')} ${without}`;
    case 'found': return label ? t('deviceUsed', { label }) : t(isSound ? 'microphoneUsed' : 'cameraUsed');
    case 'denied': return `${t(isSound ? 'microphoneDenied' : 'cameraDenied')} ${without}`;
    case 'missing': return `${t(isSound ? 'microphoneMissing' : 'cameraMissing')} ${without}`;
  }
}

/** The call's state, for the line above it. */
export function statusWords(call: Call, me: string, connected: boolean, reconnecting: boolean): string {
  if (reconnecting)
    return t('reconnecting');
  if (!isCaller(call, me) || call.legs.some(legIsIn))
    return t(connected ? 'connected' : 'connecting');
  if (call.legs.some(leg => leg.state === 'ringing'))
    return t('ringing');
  return t(call.seq === 0 ? 'calling' : 'reachingPhone');
}

/** A party's state, for its tile. */
export function partyWords(call: Call, userId: string): string {
  const leg = call.legs.find(one => one.userId === userId);
  if (!leg && isGone(call, userId))
    return t('left');
  if (!leg || legIsIn(leg))
    return t('connecting');
  if (legIsPending(leg))
    return t(leg.state === 'ringing' ? 'ringing' : 'reachingPhone');
  return t(({ declined: 'declined', busy: 'busy', left: 'left' } as const)[leg.state as 'declined'] ?? 'noAnswer');
}

/** The user whose invite rings here: the caller, or another inviting party. */
export const ringer = (call: Call): { id: string; name?: string } => call.invitedBy ?? call.caller;

/** The name of that user. */
export const callerName = (call: Call): string => tidy(ringer(call).name || ringer(call).id);

/** The parties among `others` who have joined or still may; all of them when none is left. */
export function present<T extends { userId: string }>(call: Call, others: T[]): T[] {
  const here = others.filter(({ userId }) => !isGone(call, userId));
  return here.length > 0 ? here : others;
}

export function outcomeWords(call: PastCall, me: string): string {
  const incoming = call.caller.id !== me;
  switch (call.outcome) {
    case 'answered': return `${t(incoming ? 'incoming' : 'outgoing')} · ${durationWords(call)}`;
    case 'declined': return t(incoming ? 'youDeclined' : 'declined');
    case 'missed': return t('missed');
    case 'cancelled': return t('cancelled');
    case 'unanswered':
      return t(call.endReason === 'busy' ? 'busy' : call.endReason === 'unreachable' ? 'notReached' : 'noAnswer');
    case 'failed': return t('failed');
  }
}

function durationWords(call: Call): string {
  if (!call.answeredAt || !call.endedAt)
    return t('answered');
  const seconds = Math.max(0, Math.round((Date.parse(call.endedAt) - Date.parse(call.answeredAt)) / 1000));
  return seconds < 60 ? t('seconds', { n: seconds }) : t('minutes', { n: Math.round(seconds / 60) });
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
    ? date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString(locale, { day: 'numeric', month: 'short' });
}
