import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallsClient } from '../src/calls/index.js';
import { liveKit, metadataAccess, sfu } from '../src/sfu/index.js';
import type { LiveKitRoom } from '../src/sfu/index.js';
import { call, connectedClient, settle } from './fake-hub.js';
import { FakeDevices, fakeRtc } from './fake-rtc.js';
import type { FakeTrack } from './fake-rtc.js';

interface Published { track: FakeTrack; source: string }

/** An SFU in memory with LiveKit's client in front: rooms by URL, participants by what is in their token. */
class FakeSfu {
  readonly rooms = new Map<string, Set<FakeRoom>>();
  refuses = false;

  readonly library = (() => {
    const sfu = this;
    return { Room: class extends FakeRoom { constructor() { super(sfu); } } };
  })();
}

class FakeRoom implements LiveKitRoom {
  identity = '';
  private readonly listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  private readonly published: Published[] = [];
  private others = new Set<FakeRoom>();

  constructor(private readonly sfu: FakeSfu) {}

  async connect(url: string, token: string): Promise<void> {
    if (this.sfu.refuses)
      throw new Error('could not establish signal connection');
    const [room, identity] = token.split('/') as [string, string];
    this.identity = identity;
    this.others = this.sfu.rooms.get(url + room) ?? new Set();
    this.sfu.rooms.set(url + room, this.others);
    for (const other of this.others)
      for (const one of other.published)
        this.tell('trackSubscribed', { mediaStreamTrack: one.track }, one, other);
    this.others.add(this);
    this.tell('connectionStateChanged', 'connected');
  }

  async disconnect(): Promise<void> {
    for (const one of [...this.published])
      await this.localParticipant.unpublishTrack(one.track as unknown as MediaStreamTrack);
    this.others.delete(this);
  }

  on(event: string, listener: (...args: never[]) => void): void {
    this.listeners.set(event, [...this.listeners.get(event) ?? [], listener as never]);
  }

  removeAllListeners(): void {
    this.listeners.clear();
  }

  tell(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? [])
      listener(...args);
  }

  readonly localParticipant = {
    publishTrack: async (track: MediaStreamTrack, { source }: { source: string }): Promise<void> => {
      const one = { track: track as unknown as FakeTrack, source };
      this.published.push(one);
      this.toOthers('trackSubscribed', one);
    },
    unpublishTrack: async (track: MediaStreamTrack): Promise<void> => {
      const index = this.published.findIndex(one => one.track === track as unknown as FakeTrack);
      this.toOthers('trackUnsubscribed', this.published.splice(index, 1)[0]!);
    },
  };

  private toOthers(event: string, one: Published): void {
    for (const other of this.others)
      if (other !== this)
        other.tell(event, { mediaStreamTrack: one.track }, one, this);
  }
}

const metadata = { sfuUrl: 'wss://sfu.test', sfuRoom: 'r1', 'sfuToken:bob': 'r1/bob', 'sfuToken:cat': 'r1/cat' };

/** Bob calls cat, who answers; a participant of the SFU plays her. */
async function talking(server: FakeSfu, media: 'audio' | 'video' = 'video') {
  const devices = new FakeDevices({ audio: ['m1', 'm2'], video: ['v1'] });
  const layer = sfu({ connect: liveKit(server.library), rtc: fakeRtc(devices) });
  const fixture = await connectedClient(options => new CallsClient(options, layer));
  const failed: string[] = [];
  fixture.client.on('error', error => failed.push(error.message));
  fixture.hub.answers['StartCall'] =
    argument =>
      call({
        ...(argument as object), caller: { id: 'bob', deviceId: 'b1' }, media,
        legs: [{ userId: 'cat', state: 'notifying' }], seq: 1,
      });
  const session = await fixture.client.startCall({ calleeIds: ['cat'], media, metadata });
  return { ...fixture, session, devices, failed };
}

const answered = (fixture: Awaited<ReturnType<typeof talking>>) => {
  fixture.hub.send('CallUpdated', {
    ...fixture.session.call, state: 'active', answeredAt: new Date().toISOString(), seq: 3,
    legs: [{ userId: 'cat', state: 'joined', deviceId: 'c1' }],
  });
  return settle();
};

test('a call goes through a room of the SFU: nothing before somebody answers, then sound, picture and screen both ways', async () => {
  const server = new FakeSfu();
  const fixture = await talking(server);
  const { session, hub } = fixture;
  assert.deepEqual([server.rooms.size, hub.of('StartCall')[0]!['offer']], [0, undefined]);
  await answered(fixture);
  const [bobs] = server.rooms.get('wss://sfu.testr1')!;
  assert.equal(bobs!.identity, 'bob');

  const heard: string[] = [];
  const cats = new server.library.Room();
  cats.on('trackSubscribed', (_: unknown, { source }: Published) => heard.push(source));
  cats.on('trackUnsubscribed', (_: unknown, { source }: Published) => heard.push(`no ${source}`));
  await cats.connect('wss://sfu.test', 'r1/cat');
  assert.deepEqual(heard, ['microphone', 'camera']);
  const theirs =
    (await new FakeDevices({ audio: ['c1'], video: ['c2'] })
      .getUserMedia({ audio: true, video: true })).getTracks() as unknown as MediaStreamTrack[];
  await cats.localParticipant.publishTrack(theirs[0]!, { source: 'microphone' });
  await cats.localParticipant.publishTrack(theirs[1]!, { source: 'screen_share' });
  const party = session.media.parties.get('cat')!;
  assert.deepEqual(
    [party.remote.getTracks(), party.screen.getTracks(), party.audio, party.video], [[theirs[0]], [theirs[1]], true, false]);
  bobs!.tell('trackMuted', { source: 'microphone' }, cats);
  assert.equal(party.audio, false);

  await session.media.shareScreen();
  await settle();
  await session.media.setCamera(false);
  await session.media.useDevice('audio', 'm2');
  await settle();
  assert.deepEqual(heard.slice(2), ['screen_share', 'screen_share_audio', 'no camera', 'no microphone', 'microphone']);
  assert.deepEqual(
    hub.of('ReportMedia').at(-1), { callId: session.callId, state: 'connected', audio: true, video: false, screen: true });
  await cats.disconnect();
  assert.equal(session.media.parties.size, 0);
  await session.end();
  await settle();
  assert.deepEqual(
    [
      server.rooms.get('wss://sfu.testr1')!.size, fixture.devices.given.every(track => track.readyState === 'ended'),
      fixture.devices.listeners,
    ], [0, true, 0]);
});

test('a room that cannot be joined is an error, and joined when the connection is back', async () => {
  const server = new FakeSfu();
  server.refuses = true;
  const fixture = await talking(server, 'audio');
  await answered(fixture);
  assert.deepEqual([fixture.failed, fixture.session.place], [['could not establish signal connection'], 'here']);
  server.refuses = false;
  fixture.session.media.reconnected();
  await settle();
  assert.equal(fixture.session.media.state, 'connected');
});

test('room and token come from the metadata, each user\'s own first', () => {
  assert.deepEqual(metadataAccess({ metadata: { ...metadata, sfuToken: 'any' } }, 'cat'), {
    url: 'wss://sfu.test', room: 'r1', token: 'r1/cat',
  });
  assert.deepEqual(metadataAccess({ metadata: { ...metadata, sfuToken: 'any' } }, 'dan')!.token, 'any');
  assert.deepEqual([metadataAccess({ metadata }, 'dan'), metadataAccess({}, 'bob')], [undefined, undefined]);
});
