import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, settle } from './fake-hub.js';
import { FakeDevices } from './fake-rtc.js';
import { bob, signals, talking } from './rtc-fixture.js';

test('of two offers at once the caller\'s stands, and the callee takes its own back', async () => {
  const caller = await talking(new FakeDevices({ audio: ['m1'], video: ['v1'] }));
  await caller.session.media.setCamera(true);
  await settle();
  assert.equal(caller.pc.signalingState, 'have-local-offer');
  caller.hub.send('SignalReceived', {
    callId: caller.session.callId, fromUserId: 'cat', kind: 'offer', payload: { type: 'offer', sdp: 'theirs' },
  });
  await settle();
  assert.deepEqual([caller.pc.signalingState, signals(caller, 'answer').length], ['have-local-offer', 0]);

  const callee = await bob(new FakeDevices({ audio: ['m1'], video: ['v1'] }));
  callee.hub.answers['AcceptCall'] =
    () => call({ state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  callee.hub.send('CallIncoming', { ...call(), offer: { type: 'offer', sdp: 'o' } });
  const session = callee.client.call('c1')!;
  await session.accept();
  await session.media.setCamera(true);
  await settle();
  const pc = callee.rtc.made[0]!;
  assert.equal(pc.signalingState, 'have-local-offer');
  callee.hub.send(
    'SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'offer', payload: { type: 'offer', sdp: 'theirs' } });
  await settle();
  assert.deepEqual([pc.remoteDescription!.sdp, pc.signalingState, signals(callee, 'answer').length], ['theirs', 'stable', 1]);
});

test('an offer that nobody answers is sent again, ever more seldom, until its answer comes or nobody seems to be there', async () => {
  const fixture = await talking(new FakeDevices({ audio: ['m1'], video: ['v1'] }));
  const { hub, session, time } = fixture;
  await session.media.setCamera(true);
  await settle();
  const offers = () => signals(fixture, 'offer').map(one => (one['payload'] as { sdp: string }).sdp);
  const [first] = offers();
  for (const [afterMs, count] of [[4_999, 1], [1, 2], [9_999, 2], [1, 3], [20_000, 4], [40_000, 5], [80_000, 6], [160_000, 7],
    [600_000, 7]] as const) {
      await time.pass(afterMs);
      assert.deepEqual(offers(), Array(count).fill(first));
    }
  const answer = () =>
    hub.send('SignalReceived', {
      callId: session.callId, fromUserId: 'cat', kind: 'answer', payload: { type: 'answer', sdp: 'b' },
    });
  answer();
  await settle();
  await session.media.setCamera(false);
  await session.media.shareScreen();
  await time.pass(1_000);
  assert.equal(offers().length, 8);
  answer();
  await time.pass(600_000);
  assert.equal(offers().length, 8);
});

test('an offer that the other side cannot have got, for it offers too, is sent again at once', async () => {
  const fixture = await talking(new FakeDevices({ audio: ['m1'], video: ['v1'] }));
  const { hub, session, time } = fixture;
  await session.media.setCamera(true);
  await settle();
  const theirs = () =>
    hub.send('SignalReceived', {
      callId: session.callId, fromUserId: 'cat', kind: 'offer', payload: { type: 'offer', sdp: 'theirs' },
    });
  await time.pass(2_000);
  theirs();
  await settle();
  assert.equal(signals(fixture, 'offer').length, 1);
  await time.pass(1);
  theirs();
  await settle();
  assert.equal(signals(fixture, 'offer').length, 2);
});
