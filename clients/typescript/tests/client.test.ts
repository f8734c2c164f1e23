import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallError, ConnectionState } from '../src/calls/index.js';
import { call, connected, settle, time } from './fake-hub.js';

test('a call rings once, is acknowledged, and its end is reported once', async () => {
  const { client, hub } = await connected();
  const told: string[] = [];
  client.on('incoming', session => told.push(`rings ${session.callId} of ${session.others[0]!.name}`));
  client.on('ended', ({ reason, from }) => told.push(`${reason} from ${from}`));
  hub.answers['AckRinging'] = () => call({ seq: 2 });
  hub.send('CallIncoming', call());
  hub.send('CallIncoming', call());
  hub.send('CallEnded', { callId: 'c1', seq: 3, reason: 'cancelled', endedBy: 'ann' });
  hub.send('CallEnded', { callId: 'c1', seq: 3, reason: 'cancelled', endedBy: 'ann' });
  hub.send('CallIncoming', call());
  await settle();
  assert.deepEqual(told, ['rings c1 of Ann', 'cancelled from incoming']);
  assert.equal(hub.of('AckRinging').length, 1);
  assert.deepEqual([client.calls.length, client.missedCount], [0, 1]);
});

test('a client that reconnects names the seq it has seen, drops what it knows and takes what it missed', async () => {
  const { client, hub, time: clock } = await connected();
  const states: ConnectionState[] = [];
  client.on('connectionState', state => states.push(state));
  hub.answers['StartCall'] =
    argument =>
      call({
        callId: (argument as { callId: string }).callId, caller: { id: 'bob', deviceId: 'b1' },
        legs: [{ userId: 'cat', state: 'notifying' }],
      });
  const session = await client.startCall({ calleeIds: ['cat'], media: 'audio' });
  hub.send('CallProgress', { callId: session.callId, seq: 2, userId: 'cat', stage: 'ringing' });
  hub.drop();
  await clock.pass(1_000);
  assert.deepEqual(states, ['reconnecting', 'connected']);
  assert.equal(hub.urls[1]!.searchParams.get('seqs'), `${session.callId}:2`);
  let changes = 0;
  client.on('callChanged', () => changes++);
  const accepted = { callId: session.callId, seq: 3, userId: 'cat', deviceId: 'c9', answer: { type: 'answer', sdp: 'v=0' } };
  const answers: string[] = [];
  client.on('answer', ({ userId }) => answers.push(userId));
  hub.send('OpenCalls', {
    missedCount: 0,
    calls: [{
      ...call({
        callId: session.callId, caller: { id: 'bob', deviceId: 'b1' }, state: 'active', seq: 3,
        legs: [{ userId: 'cat', state: 'joined', deviceId: 'c9' }],
      }),
      events: [
        { event: 'CallProgress', payload: { callId: session.callId, seq: 2, userId: 'cat', stage: 'notifying' } },
        { event: 'CallAccepted', payload: accepted },
        { event: 'CallHologram', payload: { callId: session.callId, seq: 4 } },
      ],
    }],
  });
  assert.deepEqual([session.call.state, session.call.legs[0]!.state, answers], ['active', 'joined', ['cat']]);
  assert.ok(changes > 0);
});

test('an end that came while the connection was away is learned from the calls that are still open, once', async () => {
  const { client, hub, time: clock } = await connected();
  const ends: string[] = [];
  client.on('ended', ({ reason }) => ends.push(reason));
  hub.send('CallIncoming', call());
  hub.drop();
  await clock.pass(1_000);
  const ended = call({ state: 'ended', seq: 4, endReason: 'cancelled', endedBy: 'ann', endedAt: time(9) });
  hub.send('OpenCalls', {
    missedCount: 1,
    calls: [
      { ...ended, events: [{ event: 'CallEnded', payload: { callId: 'c1', seq: 4, reason: 'cancelled', endedBy: 'ann' } }] },
    ],
  });
  hub.send('CallEnded', { callId: 'c1', seq: 4, reason: 'cancelled' });
  assert.deepEqual(ends, ['cancelled']);
});

test('without a connection the ringing ends by itself, by the length of the ring and not by the wall clock', async () => {
  const { client, hub, time: clock } = await connected();
  const ends: string[] = [];
  client.on('ended', ({ reason }) => ends.push(reason));
  hub.answers['AckRinging'] = () => call({ seq: 2 });
  hub.send('CallIncoming', call());
  hub.failing = 1_000;
  hub.drop();
  await clock.pass(60_000);
  assert.deepEqual(ends, []);
  await clock.pass(40_000);
  assert.deepEqual(ends, ['no_answer']);
});

test('events and fields of a newer gateway, and events that cannot be read, harm nothing', async () => {
  const { client, hub, errors } = await connected();
  hub.send('CallHologram', { callId: 'c1' });
  hub.send('CallIncoming', { ...call(), hologram: { depth: 3 }, legs: [{ userId: 'bob', state: 'ringing', mood: 'good' }] });
  hub.send('CallUpdated', null);
  assert.equal(client.calls.length, 1);
  assert.equal(errors.length, 1);
  hub.send('CallEnded', { callId: 'c1', seq: 9, reason: 'abducted' });
  assert.equal(client.calls.length, 0);
});

test('a command is sent again while the service is away, and an error of the service is not', async () => {
  const { client, hub, time: clock } = await connected();
  let tries = 0;
  hub.answers['GetCall'] = () => {
    if (++tries < 3)
      throw new Error('HubException: unavailable: A part of the service is away.');
    return call();
  };
  const asked = client.command('GetCall', { callId: 'c1' });
  await clock.pass(5_000);
  assert.equal((await asked).callId, 'c1');
  hub.answers['GetCall'] = () => {
    throw new Error('HubException: not_found: There is no such call.');
  };
  await assert.rejects(client.command('GetCall', { callId: 'c2' }), (error: CallError) => error.code === 'not_found');
  assert.equal(hub.of('GetCall').length, 4);
});

test('a command that was too many waits longer each time, since others of the same user wait too', async () => {
  const { client, hub, time: clock } = await connected();
  const began = clock.ms;
  hub.answers['EndCall'] = () => {
    if (clock.ms - began < 8_000)
      throw new Error('HubException: rate_limited: Too many messages of one user; the next in 50 ms.');
    return call({ state: 'ended', endedAt: time(70) });
  };
  const ended = client.command('EndCall', { callId: 'c1' });
  await clock.pass(10_000);
  assert.equal((await ended).state, 'ended');
});

test('missed calls are acknowledged up to a time of the service, whatever the own clock says', async () => {
  const { client, hub } = await connected();
  hub.answers['GetHistory'] = () => [{ ...call({ state: 'ended', endedAt: time(70) }), outcome: 'missed' }];
  await client.ackMissed();
  assert.deepEqual(hub.of('GetHistory')[0], { limit: 1, missedOnly: true });
  assert.deepEqual(hub.of('AckMissedCalls'), [{ upTo: time(70) }]);
  hub.answers['GetHistory'] = () => [];
  hub.send('CallIncoming', call({ callId: 'c2' }));
  hub.send('CallEnded', { callId: 'c2', seq: 2, reason: 'cancelled' });
  await client.ackMissed();
  // History may not have it yet; the service takes no time that is still to come.
  assert.equal(hub.of('AckMissedCalls')[1]!['upTo'], time(95));
  await client.ackMissed();
  assert.equal(hub.of('AckMissedCalls').length, 2);
});

test('settings are changed one by one, as this device, and those that another device changed are reported', async () => {
  const requests: { method?: string; headers: Headers; body: unknown }[] = [];
  const kept = { doNotDisturb: true, callWaiting: false, blocked: ['pest'] };
  const { client, hub } = await connected({
    deviceId: 'mobil \u00e9',
    environment: {
      fetch: async (_, init) => {
        requests.push({
          ...(init?.method ? { method: init.method } : {}), headers: new Headers(init?.headers),
          body: JSON.parse(String(init?.body)),
        });
        return new Response(JSON.stringify(kept));
      },
    },
  });
  assert.deepEqual(await client.changeSettings({ doNotDisturb: true }), kept);
  assert.deepEqual(
    [requests[0]!.method, requests[0]!.body, requests[0]!.headers.get('X-Device-Id')],
    ['PATCH', { doNotDisturb: true }, 'mobil%20%C3%A9']);
  const told: unknown[] = [];
  client.on('settings', settings => told.push(settings));
  hub.send('SettingsChanged', kept);
  assert.deepEqual(told, [kept]);
});

test('a test ring is acknowledged, and shows nothing, whether it is over or not', async () => {
  const { client, hub } = await connected({});
  const shown: unknown[] = [];
  client.on('incoming', session => shown.push(session));
  client.on('error', error => shown.push(error));
  hub.answers['AckTestRing'] = ({ testId }: { testId: string }) => {
    if (testId === 'over')
      throw new Error('HubException: not_found: This test is over.');
    return null;
  };
  hub.send('TestRing', { testId: 't1' });
  hub.send('TestRing', { testId: 'over' });
  await settle();
  assert.deepEqual(hub.of('AckTestRing'), [{ testId: 't1' }, { testId: 'over' }]);
  assert.deepEqual(shown, []);
});

test('an app with WebRTC of its own gives and gets offers, answers and signals', async () => {
  const { client, hub } = await connected();
  const got: unknown[] = [];
  client.on('signal', ({ kind, payload }) => got.push([kind, payload]));
  hub.answers['AcceptCall'] = () => call({ state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  hub.answers['RequestOffer'] = () => ({ callId: 'c1', offer: { type: 'offer', sdp: 'o' } });
  hub.send('CallIncoming', call());
  const session = client.call('c1')!;
  assert.deepEqual(await session.requestOffer(), { type: 'offer', sdp: 'o' });
  await session.accept({ answer: { type: 'answer', sdp: 'a' } });
  assert.deepEqual(hub.of('AcceptCall'), [{ callId: 'c1', answer: { type: 'answer', sdp: 'a' } }]);
  hub.send('SignalReceived', { callId: 'c1', fromUserId: 'ann', kind: 'candidate', payload: { candidate: 'x' } });
  await session.sendSignal('candidate', { candidate: 'y' });
  assert.deepEqual(got, [['candidate', { candidate: 'x' }]]);
  assert.deepEqual(hub.of('SendSignal'), [{ callId: 'c1', kind: 'candidate', payload: { candidate: 'y' } }]);
  assert.deepEqual([session.place, session.call.state], ['here', 'active']);
});
