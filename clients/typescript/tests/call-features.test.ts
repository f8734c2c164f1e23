import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallClient } from '../src/client.js';
import { readStatus } from '../src/webrtc/custom.js';
import { call, connectedClient, settle } from './fake-hub.js';
import { FakeDevices, fakeRtc } from './fake-rtc.js';
import type { FakePeerConnection } from './fake-rtc.js';

/** Bob's whole client, in a call that cat has answered. */
async function talking(devices = new FakeDevices({ audio: ['m1'], video: ['v1'] }), media: 'audio' | 'video' = 'audio') {
  const rtc = fakeRtc(devices);
  const fixture = await connectedClient(options => new CallClient({ ...options, rtc }), {
    environment: { fetch: async () => new Response(JSON.stringify({ ttlSeconds: 60, iceServers: [] })) },
  });
  const { client, hub } = fixture;
  hub.answers['StartCall'] = argument => call({
    callId: (argument as { callId: string }).callId, caller: { id: 'bob', deviceId: 'b1' }, media,
    legs: [{ userId: 'cat', state: 'notifying' }],
  });
  const session = await client.startCall({ calleeIds: ['cat'], media });
  hub.send('CallAccepted', {
    callId: session.callId, seq: 2, userId: 'cat', deviceId: 'c1', answer: { type: 'answer', sdp: 'a' },
  });
  await settle();
  const told = () =>
    hub.of('SendSignal').filter(one => one['kind'] === 'custom').map(one => (one['payload'] as { media?: unknown }).media).at(-1);
  return { ...fixture, rtc, devices, session, told, pc: rtc.made[0]! };
}

/** Ann's call rings at bob's, who is talking. */
async function second(fixture: Awaited<ReturnType<typeof talking>>) {
  const { hub, client } = fixture;
  const joined = call({ callId: 'c2', state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  hub.answers['AcceptCall'] = () => joined;
  hub.send('CallIncoming', { ...call({ callId: 'c2' }), offer: { type: 'offer', sdp: 'o' } });
  await settle();
  return client.call('c2')!;
}

const refused = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const screenLines = (pc: FakePeerConnection) =>
  pc.getTransceivers().filter(one => one.streams.length > 0).map(one => [one.sender.track?.deviceId, one.direction]);

test('a screen is sent with its sound beside the camera, marked; ended by the browser it is gone, and a second one needs no new lines', async () => {
  const { session, pc, told, devices, hub } = await talking();
  await session.media.shareScreen();
  await settle();
  assert.deepEqual(screenLines(pc), [['screen', 'sendrecv'], ['screen-sound', 'sendrecv']]);
  const { screen } = told() as { screen: { id: string; turn: number } };
  assert.deepEqual([screen.turn, pc.getTransceivers().find(one => one.streams.length > 0)!.streams], [1, [screen.id]]);
  assert.equal(hub.of('ReportMedia').at(-1)!['screen'], true);
  devices.given.find(track => track.deviceId === 'screen')!.end();
  await settle();
  assert.deepEqual(
    [screenLines(pc), session.media.screen, told()],
    [[[undefined, 'recvonly'], [undefined, 'recvonly']], undefined, { audio: true, video: false }]);
  assert.equal(devices.given.find(track => track.deviceId === 'screen-sound')!.readyState, 'ended');
  await session.media.shareScreen();
  await settle();
  assert.deepEqual([screenLines(pc).length, (told() as { screen: unknown }).screen], [2, { id: screen.id, turn: 2 }]);
});

test('whoever shares takes over; of two at once the larger id stands', async () => {
  const { session, hub, pc } = await talking();
  const theirs = (turn: number) => hub.send('SignalReceived', {
    callId: session.callId, fromUserId: 'cat', kind: 'custom',
    payload: { media: { audio: true, video: false, screen: { id: 's', turn } } },
  });
  await session.media.shareScreen();
  theirs(1);
  await settle();
  // cat is after bob.
  assert.equal(session.media.screen, undefined);
  await session.media.shareScreen();
  theirs(1);
  await settle();
  // An older share does not end a newer one.
  assert.ok(session.media.screen);
  const track = new EventTarget();
  pc.ontrack!({ track: Object.assign(track, { kind: 'video', enabled: true }), streams: [{ id: 's' }] });
  assert.equal(session.media.screenOf, 'cat');
});

test('a screen that is refused changes nothing', async () => {
  const { session, devices } = await talking();
  devices.denied = true;
  assert.equal(await refused(session.media.shareScreen()), 'media_denied');
  assert.equal(session.media.screen, undefined);
});

test('a second call: hold and answer; the first goes on by itself when the second is over', async () => {
  const fixture = await talking(undefined, 'video');
  const { client, session, told, hub, devices } = fixture;
  const other = await second(fixture);
  await client.holdAndAccept(other);
  await settle();
  assert.deepEqual([client.current?.callId, client.held.map(one => one.callId)], ['c2', [session.callId]]);
  const held = devices.given.filter(track => track.deviceId === 'm1')[0]!;
  assert.deepEqual([held.enabled, session.media.cameraOn], [false, false]);
  const toCat = hub.of('SendSignal').filter(one => one['toUserId'] === 'cat').at(-1)!['payload'];
  assert.deepEqual(toCat, { media: { audio: false, video: false, held: true } });
  hub.send('CallEnded', { callId: 'c2', seq: 4, reason: 'completed' });
  await settle();
  assert.deepEqual(
    [client.current?.callId, session.media.held, session.media.cameraOn, held.enabled], [session.callId, false, true, true]);
  assert.deepEqual(told(), { audio: true, video: true });
});

test('a second call: end and answer, and a swap of two', async () => {
  const fixture = await talking();
  const { client, session, hub } = fixture;
  const other = await second(fixture);
  await client.holdAndAccept(other);
  await client.resume(session);
  assert.deepEqual([client.current?.callId, client.held.map(one => one.callId)], [session.callId, ['c2']]);
  await client.resume(other);
  assert.deepEqual([client.current?.callId, client.held.map(one => one.callId)], ['c2', [session.callId]]);
  hub.send('CallIncoming', { ...call({ callId: 'c3' }), offer: { type: 'offer', sdp: 'o' } });
  hub.answers['AcceptCall'] =
    () => call({ callId: 'c3', state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  await client.endAndAccept(client.call('c3')!);
  assert.deepEqual([hub.of('EndCall').map(one => one['callId']), client.current?.callId], [['c2'], 'c3']);
});

test('a second call that was gone before it was answered leaves the first as it was', async () => {
  const fixture = await talking();
  const other = await second(fixture);
  fixture.hub.answers['AcceptCall'] = () => { throw new Error('ended: The call is over.'); };
  assert.equal(await refused(fixture.client.holdAndAccept(other)), 'ended');
  assert.deepEqual([fixture.session.media.held, fixture.told()], [false, { audio: true, video: false }]);
});

test('quality is measured, reported with the last figures before the hang-up, and acted upon', async () => {
  const { session, pc, time, hub, told } = await talking(undefined, 'video');
  const stats = (received: number, lost: number, fractionLost: number) => pc.stats = [
    { id: 'i', type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost, jitter: 0.01 },
    { id: 'o', type: 'remote-inbound-rtp', fractionLost },
    { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', currentRoundTripTime: 0.05, localCandidateId: 'l', remoteCandidateId: 'l' },
    { id: 'l', type: 'local-candidate', candidateType: 'host' },
  ];
  stats(100, 0, 0);
  await time.pass(3_000);
  stats(200, 0, 0);
  await time.pass(3_000);
  assert.equal(session.media.peer('cat')!.quality.current!.level, 'good');
  assert.deepEqual(
    hub.of('ReportMedia').at(-1)!['stats'], { lossPercent: 0, level: 'good', roundTripMs: 50, jitterMs: 10, route: 'host' });
  for (const received of [300, 400, 500, 600]) {
    stats(received, 0, 0.2);
    await time.pass(3_000);
  }
  const camera = pc.getTransceivers().find(one => one.sender.track?.kind === 'video')!.sender;
  assert.deepEqual([session.media.peer('cat')!.quality.saving, camera.encodings[0]!['active'], told()],
    ['audio_only', false, { audio: true, video: false, saving: true }]);
  for (let received = 700; received < 1_800; received += 100) {
    stats(received, 0, 0);
    await time.pass(3_000);
  }
  assert.deepEqual(
    [session.media.peer('cat')!.quality.saving, camera.encodings[0]!['active'], told()],
    ['none', true, { audio: true, video: true }]);
  await session.end();
  const last = hub.sent.filter(one => one.method === 'ReportMedia' || one.method === 'EndCall').slice(-2);
  assert.deepEqual(
    [last.map(one => one.method), (last[0]!.argument['stats'] as { level: string }).level], [['ReportMedia', 'EndCall'], 'good']);
  assert.equal(time.waiting, 0);
});

test('the chosen devices are asked for in the next call, and are no reason to have none', async () => {
  const devices = new FakeDevices({ audio: ['m1', 'm2'], video: [] });
  const { session, client } = await talking(devices);
  await session.media.useDevice('audio', 'm2');
  const next = await client.startCall({ calleeIds: ['dan'], media: 'audio' });
  assert.deepEqual([next.media.choices.get('audio'), devices.asked.at(-1)], ['m2', { ideal: 'm2' }]);
});

test('a microphone that the system holds back is told, and that it is back', async () => {
  const { client, devices, told } = await talking();
  const changes: string[] = [];
  client.on('device', ({ change }) => changes.push(change));
  const [microphone] = devices.given;
  microphone!.muted = true;
  microphone!.dispatchEvent(new Event('mute'));
  await settle();
  assert.deepEqual([changes, told()], [['paused'], { audio: false, video: false }]);
  microphone!.muted = false;
  microphone!.dispatchEvent(new Event('unmute'));
  await settle();
  assert.deepEqual([changes, told()], [['paused', 'found'], { audio: true, video: false }]);
});

test('the background is blurred where the camera can', async () => {
  const { session, devices } = await talking(undefined, 'video');
  assert.equal(await refused(session.media.setBlur(true)), 'media_missing');
  const camera = devices.given.find(track => track.kind === 'video')!;
  camera.capabilities = { backgroundBlur: [false, true] };
  await session.media.setBlur(true);
  assert.deepEqual([camera.applied, session.media.blurred], [{ advanced: [{ backgroundBlur: true }] }, true]);
});

test('what another client says of its media is read with care', () => {
  assert.equal(readStatus(null), undefined);
  assert.equal(readStatus({ audio: 1, video: true }), undefined);
  assert.deepEqual(
    readStatus({ audio: true, video: false, screen: { id: 7, turn: 1 }, held: 'yes', more: 1 }), { audio: true, video: false });
  assert.deepEqual(readStatus({ audio: true, video: false, screen: { id: 's', turn: 1 }, held: true, saving: true }),
    { audio: true, video: false, screen: { id: 's', turn: 1 }, held: true, saving: true });
});
