import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, settle } from './fake-hub.js';
import { FakeDevices } from './fake-rtc.js';
import { bob, signals, talking, ttlSeconds } from './rtc-fixture.js';

test('the offer goes with the invite, the answer comes with the accept, and the media are reported', async () => {
  const { hub, session, pc, rtc } = await talking(new FakeDevices({ audio: ['m1'], video: [] }));
  assert.deepEqual((hub.of('StartCall')[0]!['offer'] as { sdp: string }).sdp, `${pc.id}.1 audio:sendrecv`);
  assert.deepEqual([pc.remoteDescription, pc.signalingState], [{ type: 'answer', sdp: 'a' }, 'stable']);
  assert.deepEqual(hub.of('ReportMedia').at(-1), { callId: session.callId, state: 'connected', audio: true, video: false });
  assert.equal(rtc.made.length, 1);
});

test('without microphone and camera a call is made and listened to', async () => {
  for (const devices of [new FakeDevices({ audio: [], video: [] }), undefined]) {
    const { hub, changes, session } = await talking(devices, 'video');
    assert.ok((hub.of('StartCall')[0]!['offer'] as { sdp: string }).sdp.endsWith('audio:recvonly,video:recvonly'));
    assert.deepEqual(changes, ['audio missing', 'video missing']);
    assert.deepEqual([session.media.microphone, session.media.camera], ['missing', 'missing']);
    assert.deepEqual(hub.of('ReportMedia').at(-1), { callId: session.callId, state: 'connected', audio: false, video: false });
    let refused = '';
    await session.media.setCamera(true).catch((error: { code: string }) => refused = error.code);
    assert.equal(refused, 'media_missing');
  }
});

test('a call is accepted without devices, and where they are denied', async () => {
  const devices = new FakeDevices({ audio: ['m1'], video: [] });
  devices.denied = true;
  const { client, hub, changes } = await bob(devices);
  hub.answers['AcceptCall'] = () => call({ state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  hub.send('CallIncoming', { ...call(), offer: { type: 'offer', sdp: 'o' } });
  await client.call('c1')!.accept();
  assert.deepEqual(changes, ['audio denied']);
  assert.equal((hub.of('AcceptCall')[0]!['answer'] as { type: string }).type, 'answer');
});

test('no camera is no reason not to talk, and no microphone none not to be seen', async () => {
  for (const [ids, microphone, camera] of [
    [{ audio: ['m1'], video: [] }, 'on', 'missing'], [{ audio: [], video: ['v1'] }, 'missing', 'on'],
  ] as const) {
    const { session } = await talking(new FakeDevices({ audio: [...ids.audio], video: [...ids.video] }), 'video');
    assert.deepEqual([session.media.microphone, session.media.camera], [microphone, camera]);
  }
});

test('a microphone that is pulled out is replaced without a new offer; the last one is missed, and found again', async () => {
  const devices = new FakeDevices({ audio: ['m1', 'm2'], video: [] });
  const { hub, changes, session, pc } = await talking(devices);
  session.media.setMuted(true);
  const sender = pc.getTransceivers()[0]!.sender;
  devices.ids.audio.shift();
  devices.given[0]!.end();
  await settle();
  assert.deepEqual([sender.track?.deviceId, sender.track?.enabled, changes], ['m2', false, ['audio replaced Device m2']]);
  devices.ids.audio.shift();
  devices.changed();
  await settle();
  assert.deepEqual([sender.track, changes.at(-1), session.media.microphone], [null, 'audio lost', 'missing']);
  devices.ids.audio.push('m3');
  devices.changed();
  await settle();
  session.media.setMuted(false);
  await settle();
  assert.deepEqual([sender.track?.deviceId, sender.track?.enabled, changes.at(-1)], ['m3', true, 'audio found Device m3']);
  assert.deepEqual((signals({ hub }, 'custom').at(-1)!['payload'] as object), { media: { audio: true, video: false } });
  assert.equal(signals({ hub }, 'offer').length, 0);
});

test('another microphone is used from now on; one that is not there changes nothing', async () => {
  const devices = new FakeDevices({ audio: ['m1', 'm2'], video: [] });
  const { session, pc } = await talking(devices);
  await session.media.useDevice('audio', 'm2');
  assert.equal(pc.getTransceivers()[0]!.sender.track?.deviceId, 'm2');
  assert.equal(devices.given[0]!.readyState, 'ended');
  let refused = '';
  await session.media.useDevice('audio', 'm9').catch((error: { code: string }) => refused = error.code);
  assert.deepEqual(
    [refused, session.media.microphone, pc.getTransceivers()[0]!.sender.track?.deviceId], ['media_missing', 'on', 'm2']);
});

test('a path that fails is restarted with credentials made for now', async () => {
  const fixture = await talking(new FakeDevices({ audio: ['m1'], video: [] }));
  const { pc, time } = fixture;
  assert.deepEqual(pc.configuration.iceServers![0]!.username, 'u1');
  await time.pass(60_000);
  pc.ice('failed', 'failed');
  await time.pass(0);
  assert.deepEqual([pc.restarts, pc.configuration.iceServers![0]!.username, signals(fixture, 'offer').length], [1, 'u2', 1]);
});

test('TURN credentials are renewed before they expire, again and again, and not after the call', async () => {
  const fixture = await talking(new FakeDevices({ audio: ['m1'], video: [] }));
  const { pc, time, session, hub } = fixture;
  await time.pass(ttlSeconds * 700);
  assert.equal(pc.restarts, 0);
  await time.pass(ttlSeconds * 200);
  assert.deepEqual([pc.restarts, pc.configuration.iceServers![0]!.username], [1, 'u2']);
  hub.send('SignalReceived', {
    callId: session.callId, fromUserId: 'cat', kind: 'answer', payload: { type: 'answer', sdp: 'b' },
  });
  await time.pass(ttlSeconds * 900);
  assert.deepEqual([pc.restarts, pc.configuration.iceServers![0]!.username], [2, 'u3']);
  await session.end();
  const given = fixture.given();
  await time.pass(ttlSeconds * 5_000);
  assert.deepEqual([pc.restarts, fixture.given()], [2, given]);
});

test('whoever joins late starts with credentials that hold, and null ends the candidates', async () => {
  const fixture = await bob(new FakeDevices({ audio: ['m1'], video: [] }));
  const { client, hub, rtc, time } = fixture;
  const legs = (...ids: string[]) => ids.map(userId => ({ userId, state: 'joined' as const, deviceId: `${userId}1` }));
  const session = await client.startCall({ calleeIds: ['cat', 'dan'], media: 'audio' });
  const seen = (seq: number, ...ids: string[]) =>
    hub.send(
      'CallUpdated',
      call({ callId: session.callId, caller: { id: 'bob', deviceId: 'b1' }, state: 'active', seq, legs: legs(...ids) }));
  seen(3, 'cat', 'dan');
  await settle();
  assert.deepEqual(rtc.made.map(pc => pc.configuration.iceServers![0]!.username), ['u1', 'u1']);
  await time.pass(ttlSeconds * 600);
  seen(4, 'cat', 'dan', 'eve');
  await settle();
  assert.equal(rtc.made[2]!.configuration.iceServers![0]!.username, 'u2');
  hub.send('SignalReceived', {
    callId: session.callId, fromUserId: 'eve', kind: 'answer', payload: { type: 'answer', sdp: 'e' },
  });
  hub.send('SignalReceived', { callId: session.callId, fromUserId: 'eve', kind: 'candidate', payload: null });
  await settle();
  assert.deepEqual(rtc.made[2]!.candidates, [null]);
});

test('in a call of several the lower id offers, and candidates that come early are kept', async () => {
  const { client, hub, rtc } = await bob(new FakeDevices({ audio: ['m1'], video: [] }));
  const legs = [{ userId: 'bob', state: 'joined', deviceId: 'b1' }, { userId: 'cat', state: 'joined', deviceId: 'c1' }] as const;
  hub.answers['AcceptCall'] = () => call({ state: 'active', seq: 3, legs: [...legs] });
  hub.send(
    'CallIncoming', call({ legs: [{ userId: 'bob', state: 'ringing' }, { userId: 'cat', state: 'joined', deviceId: 'c1' }] }));
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'candidate', payload: { candidate: 'early' } });
  await client.call('c1')!.accept();
  await settle();
  assert.deepEqual(signals({ hub }, 'offer').map(one => one['toUserId']), ['cat']);
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'offer', payload: { type: 'offer', sdp: 'of ann' } });
  await settle();
  const ofAnn = rtc.made.find(pc => pc.remoteDescription?.sdp === 'of ann')!;
  assert.deepEqual(
    [ofAnn.candidates, signals({ hub }, 'answer').map(one => one['toUserId'])], [[{ candidate: 'early' }], ['ann']]);
});

test('a caller who leaves a call of several is gone from it, rings when invited back, and is connected again', async () => {
  const { client, hub, rtc } = await bob(new FakeDevices({ audio: ['m1'], video: [] }));
  const legs = [{ userId: 'bob', state: 'joined', deviceId: 'b1' }, { userId: 'cat', state: 'joined', deviceId: 'c1' }] as const;
  hub.answers['AcceptCall'] = () => call({ state: 'active', seq: 3, legs: [...legs] });
  hub.send(
    'CallIncoming', call({ legs: [{ userId: 'bob', state: 'ringing' }, { userId: 'cat', state: 'joined', deviceId: 'c1' }] }));
  const session = client.call('c1')!;
  await session.accept();
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'offer', payload: { type: 'offer', sdp: 'of ann' } });
  await settle();
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'custom', payload: { bye: true } });
  const caller = { id: 'ann', name: 'Ann', deviceId: 'a1', left: true };
  hub.send('CallUpdated', call({ caller, state: 'active', seq: 4, legs: [...legs] }));
  await settle();
  assert.deepEqual([session.media.peer('ann'), session.media.peers.userIds], [undefined, ['cat']]);
  const made = rtc.made.length;
  hub.send('CallUpdated', call({ caller, state: 'active', seq: 5, legs: [...legs, { userId: 'ann', state: 'ringing' }] }));
  await settle();
  assert.equal(rtc.made.length, made);
  hub.send(
    'CallUpdated',
    call({ caller, state: 'active', seq: 6, legs: [...legs, { userId: 'ann', state: 'joined', deviceId: 'a1' }] }));
  await settle();
  assert.deepEqual([session.media.peers.userIds, session.others.map(other => other.userId)], [['cat', 'ann'], ['ann', 'cat']]);
});

test('one who left a call of several rings and joins again when invited back, the caller too', async () => {
  const { client, hub } = await bob(new FakeDevices({ audio: ['m1'], video: [] }));
  const session = await client.startCall({ calleeIds: ['cat', 'dan'], media: 'audio' });
  const id = session.callId;
  const others = [
    { userId: 'cat', state: 'joined', deviceId: 'c1' }, { userId: 'dan', state: 'joined', deviceId: 'd1' },
  ] as const;
  hub.send(
    'CallUpdated', call({ callId: id, caller: { id: 'bob', deviceId: 'b1' }, state: 'active', seq: 4, legs: [...others] }));
  await session.end();
  const back = call({
    callId: id, caller: { id: 'bob', deviceId: 'b1', left: true }, state: 'active', seq: 7,
    legs: [...others, { userId: 'bob', state: 'notifying' }], invitedBy: { id: 'cat', name: 'Cat' },
  });
  // Before the service has said that it is over here, nothing rings.
  hub.send('CallIncoming', { ...back, seq: 5 });
  assert.equal(client.call(id), undefined);
  hub.send('CallEnded', { callId: id, seq: 5, reason: 'completed' });
  hub.send('CallIncoming', { ...back, seq: 5 });
  assert.equal(client.call(id), undefined);
  hub.send('CallIncoming', back);
  const again = client.call(id)!;
  await settle();
  assert.deepEqual([again.place, again.isIncoming, hub.of('AckRinging').length], ['incoming', true, 1]);
  hub.answers['AcceptCall'] = () => ({ ...back, seq: 8, legs: [...others, { userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  await again.accept();
  assert.equal(again.place, 'here');
});

test('after a reload the call goes on: both sides build their connection anew', async () => {
  const { client, hub, rtc } = await bob(new FakeDevices({ audio: ['m1'], video: [] }));
  hub.send('OpenCalls', {
    missedCount: 0,
    calls: [
      call({
        state: 'active', seq: 5, answeredAt: new Date().toISOString(), legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }],
      }),
    ],
  });
  await settle();
  assert.deepEqual(
    [client.calls[0]!.place, signals({ hub }, 'custom')[0]!['payload'], signals({ hub }, 'offer').length],
    ['here', { restart: true }, 1]);
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'custom', payload: { restart: true } });
  await settle();
  // Both reloaded: bob is polite, so ann's new connection stands, and bob waits for its offer.
  assert.deepEqual([rtc.made.length, rtc.made[0]!.signalingState], [2, 'closed']);
});

test('a call that is over leaves no timer, track, connection or listener', async () => {
  const devices = new FakeDevices({ audio: ['m1'], video: ['v1'] });
  const { session, pc, time, hub, client } = await talking(devices, 'video');
  assert.equal(devices.listeners, 1);
  hub.send('CallEnded', { callId: session.callId, seq: 3, reason: 'completed' });
  await time.pass(20_000);
  assert.deepEqual(
    [pc.connectionState, devices.given.map(track => track.readyState), devices.listeners], ['closed', ['ended', 'ended'], 0]);
  assert.deepEqual([client.calls.length, time.waiting], [0, 0]);
});
