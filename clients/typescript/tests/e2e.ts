// Two devices of the installed package at a real gateway, with WebRTC in memory. Arguments: address, tokens of ann and ben.

import assert from 'node:assert/strict';
import { CallsClient, safeStorage, signalRLink } from '@orleanscalls/client/calls';
import type { CallError, CallsClientEvents, HubLink } from '@orleanscalls/client/calls';
import { createStores } from '@orleanscalls/client/stores';
import { webRtc } from '@orleanscalls/client/webrtc';
import type { RtcCall } from '@orleanscalls/client/webrtc';
import { FakeDevices, fakeRtc } from './fake-rtc.js';

declare const process: { argv: string[]; exit(code: number): never };

const patienceMs = 20_000;
const [url, annToken, benToken] = process.argv.slice(2) as [string, string, string];
type Client = CallsClient<RtcCall>;

function device(userId: string, deviceId: string, token: string, wait: () => Promise<void> = async () => undefined) {
  let link: HubLink | undefined;
  const rtc = fakeRtc(new FakeDevices({ audio: ['m1'], video: [] }));
  const client: Client = new CallsClient({
    url, userId, deviceId, token: async () => (await wait(), token), platform: 'node',
    environment: { storage: safeStorage(() => undefined), connect: options => link = signalRLink(options) },
  }, webRtc({ rtc }));
  return { client, rtc, cut: () => link!.stop() };
}

function next<K extends keyof CallsClientEvents<RtcCall>>(
  client: Client, name: K, fits: (value: CallsClientEvents<RtcCall>[K]) => boolean = () => true,
): Promise<CallsClientEvents<RtcCall>[K]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${client.deviceId} never got ${name}.`)), patienceMs);
    const off = client.on(name, value => {
      if (!fits(value))
        return;
      clearTimeout(timer);
      off();
      resolve(value);
    });
  });
}

const until = (client: Client, isTrue: () => boolean) =>
  isTrue() ? Promise.resolve() : next(client, 'callChanged', isTrue).then(() => undefined);

const ann = device('ann', 'a1', annToken);
const ben = device('ben', 'b1', benToken);
for (const { client } of [ann, ben])
  client.connect();
await Promise.all([ann.client.whenConnected(), ben.client.whenConnected()]);
assert.ok(Array.isArray(await ann.client.iceServers()));
await assert.rejects(ann.client.command('AcceptCall', { callId: 'unknown' }), (error: CallError) => error.code === 'not_found');

// A call: rings, is answered, its media are negotiated through the hub.
const stores = createStores(ben.client);
const rings = next(ben.client, 'incoming');
const session = await ann.client.startCall({ calleeIds: ['ben'], media: 'audio', metadata: { room: 'r1' } });
const incoming = await rings;
assert.deepEqual(
  [incoming.callId, incoming.call.metadata?.['room'], stores.ringing.getSnapshot()?.callId],
  [session.callId, 'r1', session.callId]);
await incoming.accept();
await until(ann.client, () => session.media.peer('ben')?.state === 'connected');
assert.deepEqual(ann.rtc.made[0]!.remoteDescription, ben.rtc.made[0]!.localDescription);
assert.deepEqual(ben.rtc.made[0]!.remoteDescription, ann.rtc.made[0]!.localDescription);
incoming.media.setMuted(true);
await until(ann.client, () => session.media.peer('ben')?.remoteMedia?.audio === false);

// A connection that is lost comes back into the call; what ends meanwhile is learned once.
const back = next(ben.client, 'connectionState', state => state === 'connected');
await ben.cut();
await back;
await until(ben.client, () => incoming.place === 'here' && incoming.call.state === 'active');
let ends = 0;
ben.client.on('ended', () => ends++);
const over = next(ben.client, 'ended');
await ben.cut();
await session.end();
assert.equal((await over).reason, 'completed');
await ben.client.whenConnected();
assert.deepEqual([ends, ben.client.calls.length, stores.current.getSnapshot()], [1, 0, undefined]);
assert.deepEqual((await ben.client.history({ limit: 1 })).length <= 1, true);

// Missed while away, seen on one device, and so on all.
await ben.client.disconnect();
const missed = await ann.client.startCall({ calleeIds: ['ben'], media: 'audio' });
await missed.end();
const other = device('ben', 'b2', benToken);
const counted = next(other.client, 'missed', count => count === 1);
other.client.connect();
await counted;
for (const end = Date.now() + patienceMs; (await other.client.history({ missedOnly: true })).length === 0;)
  assert.ok(Date.now() < end);
const again = next(ben.client, 'missed', count => count === 1);
ben.client.connect();
await again;
const seen = next(ben.client, 'missed', count => count === 0);
await other.client.ackMissed();
await seen;

// A setting that is changed on one device is told to the others; new TURN credentials are to be had over the hub too.
const changed = next(ben.client, 'settings', settings => settings.callWaiting);
assert.equal((await other.client.changeSettings({ callWaiting: true })).callWaiting, true);
await changed;
assert.equal((await ann.client.command('GetIceServers')).ttlSeconds, 3_600);

// A token that does not hold is a typed error.
const stranger = device('eve', 'e1', `${annToken.slice(0, -4)}AAAA`);
const refused = next(stranger.client, 'error');
stranger.client.connect();
assert.equal((await refused).code, 'unauthenticated');

await Promise.all([ann, ben, other, stranger].map(one => one.client.disconnect()));
process.exit(0);
