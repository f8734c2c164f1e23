import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adapt, assess, readStats } from '../src/webrtc/index.js';
import type { Adaptation, StatsSample } from '../src/webrtc/index.js';
import { givesWay } from '../src/webrtc/screen.js';
import { fullSending, pictureFor, worst } from '../src/webrtc/quality.js';

const report = (...entries: Record<string, unknown>[]) =>
  new Map(entries.map((entry, index) => [String(index), { id: String(index), ...entry }])) as unknown as RTCStatsReport;

test('a report is read: packets, loss both ways, jitter, round trip and route', () => {
  const sample = readStats(report(
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 90, packetsLost: 10, jitter: 0.02 },
    { type: 'inbound-rtp', kind: 'video', packetsReceived: 10, packetsLost: -1, jitter: 0.5 },
    { type: 'remote-inbound-rtp', fractionLost: 0.05 },
    { type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', currentRoundTripTime: 0.12, localCandidateId: 'l', remoteCandidateId: 'r' },
    { id: 'q', type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 9 },
    { id: 'l', type: 'local-candidate', candidateType: 'srflx' }, { id: 'r', type: 'remote-candidate', candidateType: 'host' },
  ), 5);
  assert.deepEqual(
    sample, { atMs: 5, received: 100, lost: 10, jitterMs: 20, sentLossPercent: 5, roundTripMs: 120, route: 'srflx' });
});

test('a path is relayed if either end is; without a transport entry the nominated pair counts', () => {
  const sample = readStats(report(
    { type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'l', remoteCandidateId: 'r' },
    { id: 'l', type: 'local-candidate', candidateType: 'host' }, { id: 'r', type: 'remote-candidate', candidateType: 'relay' },
  ), 0);
  assert.equal(sample.route, 'relay');
});

test('levels: loss of either direction, round trip and jitter', () => {
  const before: StatsSample = { atMs: 0, received: 1_000, lost: 0 };
  const after = (lost: number, more: Partial<StatsSample> = {}) =>
    assess(before, { atMs: 1, received: 2_000 - lost, lost, ...more });
  for (const [quality, level, loss] of [
    [after(0), 'good', 0], [after(10), 'good', 1], [after(50), 'fair', 5], [after(100), 'poor', 10],
    [after(0, { sentLossPercent: 9 }), 'poor', 9], [after(0, { roundTripMs: 400 }), 'fair', 0],
    [after(0, { roundTripMs: 700 }), 'poor', 0],
    [after(0, { jitterMs: 50 }), 'fair', 0], [after(0, { jitterMs: 150 }), 'poor', 0],
  ] as const)
    assert.deepEqual([quality.level, quality.lossPercent], [level, loss]);
  // Too few packets to say anything; and counters that begin anew with a new connection.
  assert.equal(assess(before, { atMs: 1, received: 1_001, lost: 9 }).level, 'good');
  assert.equal(assess({ atMs: 0, received: 900, lost: 9 }, { atMs: 1, received: 5, lost: 0 }).level, 'good');
});

test('what is sent goes down by steps while sending suffers, and up again when all is well', () => {
  const run = (from: Adaptation, ...levels: ['good' | 'fair' | 'poor', boolean][]) =>
    levels.reduce((state, [level, isSending]) => adapt(state, { level, isSending }), from).saving;
  const poor = ['poor', true] as ['poor', boolean];
  const good = ['good', false] as ['good', boolean];
  assert.equal(run(fullSending, poor), 'none');
  assert.equal(run(fullSending, poor, good, poor), 'none');
  assert.equal(run(fullSending, poor, poor), 'smaller');
  assert.equal(run(fullSending, poor, poor, poor, poor), 'audio_only');
  assert.equal(run(fullSending, poor, poor, poor, poor, poor, poor), 'audio_only');
  // Sending less does not help what comes in.
  assert.equal(run(fullSending, ['poor', false], ['poor', false], ['poor', false]), 'none');
  assert.equal(run({ saving: 'audio_only', bad: 0, good: 0 }, good, good, good, good), 'audio_only');
  assert.equal(run({ saving: 'audio_only', bad: 0, good: 0 }, good, good, good, good, good), 'smaller');
});

test('pictures are smaller the more there are of them, and the worse the network is', () => {
  assert.deepEqual([1, 3, 6, 15].map(others => pictureFor('none', others).scaleResolutionDownBy), [1, 2, 4, 4]);
  assert.deepEqual(pictureFor('smaller', 1), { active: true, scaleResolutionDownBy: 2, maxBitrate: 375_000 });
  assert.equal(pictureFor('audio_only', 1).active, false);
});

test('the worst of several connections is what a device reports', () => {
  const one = { level: 'good', lossPercent: 1, roundTripMs: 90, route: 'relay', isSending: false } as const;
  const two = { level: 'poor', lossPercent: 9, jitterMs: 4, route: 'host', isSending: true } as const;
  assert.deepEqual(
    worst([one, two]), { level: 'poor', lossPercent: 9, roundTripMs: 90, jitterMs: 4, route: 'relay', isSending: true });
  assert.deepEqual([worst([one]), worst([])], [one, undefined]);
});

test('of two who share a screen one gives way, and never both', () => {
  for (const [a, b] of [
    [{ turn: 1, userId: 'a' }, { turn: 2, userId: 'b' }], [{ turn: 1, userId: 'a' }, { turn: 1, userId: 'b' }],
  ] as const)
    assert.deepEqual([givesWay(a, b), givesWay(b, a)], [true, false]);
});
