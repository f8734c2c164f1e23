// A call's timeline as messages between lanes, with sender, receiver and time. Pure; diagram.ts draws it.

import type { Entry } from './api';
import { entryWords } from './words';

export type LaneKind = 'device' | 'user' | 'call' | 'push' | 'webhook' | 'operator';

export interface Lane {
  id: string;
  kind: LaneKind;
  userId?: string;
  deviceId?: string;
}

export interface Message {
  entry: Entry;
  /** The milliseconds since the first entry, and since the previous one. */
  offsetMs: number;
  gapMs: number;
  from: string;
  /** Equal to `from` for a local event; absent for one that concerns all. */
  to?: string;
  /** An intermediate lane. */
  via?: string;
  label: string;
  tone: 'plain' | 'good' | 'bad' | 'quiet';
  /** Whether the message arrived. */
  lost: boolean;
}

export interface Sequence {
  lanes: Lane[];
  messages: Message[];
  callerId?: string;
}

const call = 'call';
const toDevice = new Set(['delivered', 'not_connected']);
const good = new Set(['accepted', 'accepted_not_ready', 'ready', 'media_connected']);
const bad = new Set([
  'rejected',
  'busy',
  'blocked',
  'do_not_disturb',
  'push_failed',
  'not_connected',
  'away',
  'media_failed',
  'signal_dropped',
  'webhook_failed',
  'webhook_refused',
  'webhook_given_up',
  'webhook_dropped',
  'ring_ended',
  'no_device',
  'user_away',
]);
const lost = new Set([
  'not_connected',
  'no_device',
  'user_away',
  'push_failed',
  'webhook_failed',
  'webhook_refused',
  'webhook_given_up',
  'webhook_dropped',
  'signal_dropped',
]);
const inside = new Set(['ring_ended']);
/** Decisions of the call about a user without involving a device. */
const refusals = new Set(['busy', 'blocked', 'do_not_disturb', 'no_device', 'user_away']);

const partyId = (userId: string, deviceId?: string) => JSON.stringify([userId, deviceId ?? '']);

/** Lanes and messages; `callees` are parties of the call even without any events. */
export function sequence(entries: Entry[], callees: string[] = []): Sequence {
  const callerId = entries.find(entry => entry.what === 'started')?.userId;
  const lanes = lanesOf(entries, callerId, callees);
  const start = Date.parse(entries[0]?.at ?? '');
  let before = start;
  const messages = entries.map(entry => {
    const at = Date.parse(entry.at);
    const message = {
      entry,
      offsetMs: at - start,
      gapMs: at - before,
      label: entryWords(entry),
      tone: toneOf(entry),
      lost: lost.has(entry.what),
      ...way(entry, lanes),
    };
    before = at;
    return message;
  });
  return { lanes, messages, ...(callerId === undefined ? {} : { callerId }) };
}

function lanesOf(entries: Entry[], callerId: string | undefined, callees: string[]): Lane[] {
  const parties = new Map<string, Set<string>>();
  const add = (userId: string, deviceId?: string) => {
    const devices = parties.get(userId) ?? new Set();
    parties.set(userId, devices);
    if (deviceId) devices.add(deviceId);
  };
  if (callerId !== undefined) add(callerId);
  for (const entry of entries) {
    if (entry.userId !== undefined && entry.what !== 'operator' && !isWebhook(entry) && !endsByOther(entry, parties))
      add(entry.userId, entry.deviceId);
  }
  for (const userId of callees) add(userId);
  const of = (userId: string): Lane[] => {
    const devices = [...(parties.get(userId) ?? [])];
    return devices.length === 0
      ? [{ id: partyId(userId), kind: 'user', userId }]
      : devices.map(deviceId => ({ id: partyId(userId, deviceId), kind: 'device', userId, deviceId }));
  };
  return [
    ...(callerId === undefined ? [] : of(callerId)),
    ...some(entries, entry => entry.what === 'operator', { id: 'operator', kind: 'operator' }),
    { id: call, kind: 'call' },
    ...some(entries, isWebhook, { id: 'webhook', kind: 'webhook' }),
    ...some(entries, isPush, { id: 'push', kind: 'push' }),
    ...[...parties.keys()].filter(userId => userId !== callerId).flatMap(of),
  ];
}

const some = (entries: Entry[], test: (entry: Entry) => boolean, lane: Lane): Lane[] => (entries.some(test) ? [lane] : []);
const isPush = (entry: Entry) => entry.what.startsWith('push_');
const isWebhook = (entry: Entry) => entry.what.startsWith('webhook_');
// An operator who ended the call has no lane among the parties.
const endsByOther = (entry: Entry, parties: Map<string, unknown>) => entry.what === 'ended' && !parties.has(entry.userId!);

function toneOf(entry: Entry): Message['tone'] {
  if (bad.has(entry.what)) return 'bad';
  return good.has(entry.what) ? 'good' : isWebhook(entry) || entry.what.startsWith('media_') ? 'quiet' : 'plain';
}

function way(entry: Entry, lanes: Lane[]): Pick<Message, 'from' | 'to' | 'via'> {
  if (entry.what === 'ended') return { from: call };
  if (isWebhook(entry)) return { from: call, to: 'webhook' };
  const party = partyLane(entry, lanes);
  if (isPush(entry))
    return entry.what === 'push_failed' || party === undefined
      ? { from: call, to: 'push' }
      : { from: call, to: party, via: 'push' };
  if (entry.what === 'operator') return { from: 'operator', to: call };
  if (party === undefined || inside.has(entry.what)) return { from: call, to: call };
  return toDevice.has(entry.what) || refusals.has(entry.what) ? { from: call, to: party } : { from: party, to: call };
}

function partyLane({ userId, deviceId }: Entry, lanes: Lane[]): string | undefined {
  const own = lanes.filter(lane => lane.userId !== undefined && lane.userId === userId);
  return (own.find(lane => lane.deviceId === deviceId) ?? own[0])?.id;
}
