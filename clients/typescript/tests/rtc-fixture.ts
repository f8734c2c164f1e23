// A client with devices, and what its peer connections signal.

import type { Call } from '../src/calls/index.js';
import { webRtc } from '../src/webrtc/index.js';
import { call, connected, settle } from './fake-hub.js';
import type { FakeDevices } from './fake-rtc.js';
import { fakeRtc } from './fake-rtc.js';

export const ttlSeconds = 1_000;

/** Bob's client with devices, and the credentials it was given so far. */
export async function bob(devices: FakeDevices | undefined) {
  const rtc = fakeRtc(devices);
  let given = 0;
  const fixture = await connected({
    environment: {
      fetch: async () =>
        new Response(
          JSON.stringify({ ttlSeconds, iceServers: [{ urls: ['turn:t'], username: `u${++given}`, credential: 'x' }] })),
    },
  }, webRtc({ rtc }));
  const changes: string[] = [];
  fixture.client.on('device', ({ kind, change, label }) => changes.push([kind, change, label].filter(Boolean).join(' ')));
  const { hub } = fixture;
  const mine = (id: string, more: Partial<Call> = {}) =>
    call({ callId: id, caller: { id: 'bob', deviceId: 'b1' }, legs: [{ userId: 'cat', state: 'notifying' }], ...more });
  hub.answers['StartCall'] = argument => mine((argument as { callId: string }).callId);
  return { ...fixture, rtc, changes, given: () => given };
}

/** The same in a call that cat has answered. */
export async function talking(devices: FakeDevices | undefined, media: 'audio' | 'video' = 'audio') {
  const fixture = await bob(devices);
  const session = await fixture.client.startCall({ calleeIds: ['cat'], media });
  fixture.hub.send(
    'CallAccepted', { callId: session.callId, seq: 2, userId: 'cat', deviceId: 'c1', answer: { type: 'answer', sdp: 'a' } });
  await settle();
  return { ...fixture, session, pc: fixture.rtc.made[0]! };
}

export const signals = (fixture: { hub: { of(method: string): Record<string, unknown>[] } }, kind: string) =>
  fixture.hub.of('SendSignal').filter(one => one['kind'] === kind);
