import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Leg } from '../src/calls/protocol.js';
import * as reduce from '../src/calls/reduce.js';

const now = new Date('2026-01-31T12:00:00.000Z');

const call = (changes: Partial<Call> = {}, ...legs: Leg[]): Call => ({
  callId: 'c', caller: { id: 'ann', name: 'Ann', deviceId: 'a1' }, media: 'audio', state: 'ringing',
  ringUntil: now.toISOString(), createdAt: now.toISOString(), seq: 1,
  legs: legs.length > 0 ? legs : [{ userId: 'bob', state: 'notifying' }], ...changes,
});

test('progress moves a ringing leg, and never one that has answered', () => {
  const event = { callId: 'c', seq: 2, userId: 'bob', stage: 'ringing' } as const;
  assert.equal(reduce.progressed(call(), event).legs[0]!.state, 'ringing');
  assert.equal(reduce.progressed(call({}, { userId: 'bob', state: 'joined' }), event).legs[0]!.state, 'joined');
});

test('an accept with an answer is a conversation, one without is not yet', () => {
  const event = { callId: 'c', seq: 3, userId: 'bob', deviceId: 'b1' };
  const picked = reduce.accepted(call(), event, now);
  assert.deepEqual([picked.state, picked.legs[0]!.state, picked.answeredAt], ['connecting', 'accepted', now.toISOString()]);
  const ready = reduce.ready(picked, { callId: 'c', seq: 4, userId: 'bob' });
  assert.deepEqual([ready.state, ready.legs[0]!.state, ready.seq], ['active', 'joined', 4]);
  const answered = reduce.accepted(call(), { ...event, answer: { type: 'answer', sdp: '' } }, now);
  assert.deepEqual([answered.state, answered.legs[0]!.deviceId], ['active', 'b1']);
});

test('whoever is known by the id only is known by name from the first event that tells it', () => {
  const rings = reduce.progressed(call(), { callId: 'c', seq: 2, userId: 'bob', name: 'Bob', stage: 'ringing' });
  assert.equal(reduce.nameOf(rings, 'bob'), 'Bob');
  assert.equal(reduce.nameOf(reduce.accepted(rings, { callId: 'c', seq: 3, userId: 'bob', deviceId: 'b1' }, now), 'bob'), 'Bob');
  assert.equal(
    reduce.nameOf(reduce.accepted(call(), { callId: 'c', seq: 3, userId: 'bob', name: 'Bob', deviceId: 'b1' }, now), 'bob'),
    'Bob');
  assert.equal(reduce.nameOf(reduce.rejected(call(), { callId: 'c', seq: 3, userId: 'bob', name: 'Bob' }), 'bob'), 'Bob');
});

test('the newer picture wins, and an ended call stays ended', () => {
  const ended = reduce.ended(call(), { callId: 'c', seq: 5, reason: 'cancelled', endedBy: 'ann' }, now);
  assert.equal(reduce.newer(ended, call({ seq: 9, state: 'active' })).state, 'ended');
  assert.equal(reduce.newer(call({ seq: 4, state: 'active' }), call({ seq: 3 })).state, 'active');
  assert.equal(reduce.newer(call({ seq: 3 }), call({ seq: 3, state: 'connecting' })).state, 'connecting');
});

test('who rings, who is in, on which device', () => {
  const three = call({ state: 'active' },
    { userId: 'bob', state: 'joined', deviceId: 'b2' }, { userId: 'cat', state: 'ringing' },
    { userId: 'dan', state: 'declined' });
  assert.deepEqual(['ann', 'bob', 'cat', 'dan'].map(id => reduce.ringsFor(three, id)), [false, false, true, false]);
  assert.deepEqual(['ann', 'bob', 'cat'].map(id => reduce.deviceOf(three, id)), ['a1', 'b2', undefined]);
  assert.deepEqual(reduce.othersIn(three, 'bob'), ['ann']);
});

test('a caller who has left is gone, and a callee after an invite back', () => {
  const legs: Leg[] = [{ userId: 'bob', state: 'joined', deviceId: 'b1' }, { userId: 'cat', state: 'joined', deviceId: 'c1' }];
  const caller = { id: 'ann', name: 'Ann', deviceId: 'a1', left: true };
  const left = call({ state: 'active', caller }, ...legs);
  assert.deepEqual(
    [reduce.othersIn(left, 'bob'), reduce.isGone(left, 'ann'), reduce.deviceOf(left, 'ann')], [['cat'], true, undefined]);
  const rung = call({ state: 'active', caller }, ...legs, { userId: 'ann', state: 'notifying' });
  assert.deepEqual(
    [reduce.ringsFor(rung, 'ann'), reduce.isCaller(rung, 'ann'), reduce.isGone(rung, 'ann')], [true, false, false]);
  const back = call({ state: 'active', caller }, ...legs, { userId: 'ann', state: 'joined', deviceId: 'a2' });
  assert.deepEqual(
    [reduce.othersIn(back, 'bob'), reduce.deviceOf(back, 'ann'), reduce.parties(back)],
    [['cat', 'ann'], 'a2', ['ann', 'bob', 'cat']]);
});
