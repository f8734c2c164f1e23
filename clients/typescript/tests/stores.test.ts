import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStores, ValueStore } from '../src/stores/index.js';
import { call, connected, settle } from './fake-hub.js';

test('a store keeps its snapshot until it changes, and says it at once and at every change', () => {
  const store = new ValueStore<number>(1);
  const seen: number[] = [];
  const stop = store.subscribe(value => seen.push(value));
  store.set(1);
  store.set(2);
  stop();
  store.set(3);
  assert.deepEqual([seen, store.getSnapshot()], [[1, 2], 3]);
});

test('stores follow connection, calls and missed calls, with a new snapshot for each change only', async () => {
  const { client, hub, time } = await connected();
  const stores = createStores(client);
  assert.deepEqual([stores.connection.getSnapshot(), stores.ringing.getSnapshot()], ['connected', undefined]);
  hub.send('CallIncoming', call());
  await settle();
  const ringing = stores.ringing.getSnapshot()!;
  assert.deepEqual([ringing.callId, ringing.place, ringing.isIncoming, ringing.others[0]!.name], ['c1', 'incoming', true, 'Ann']);
  assert.equal(stores.ringing.getSnapshot(), ringing);
  assert.equal(stores.calls.getSnapshot()[0], ringing);
  hub.answers['SilenceCall'] = () => null;
  await ringing.session.silence();
  assert.ok(stores.ringing.getSnapshot() !== ringing && stores.ringing.getSnapshot()!.silenced);
  assert.equal(ringing.silenced, false);
  hub.answers['AcceptCall'] = () => call({ state: 'active', seq: 3, legs: [{ userId: 'bob', state: 'joined', deviceId: 'b1' }] });
  await ringing.session.accept();
  assert.deepEqual([stores.ringing.getSnapshot(), stores.current.getSnapshot()!.call.state], [undefined, 'active']);
  hub.send('CallEnded', { callId: 'c1', seq: 4, reason: 'completed' });
  assert.deepEqual([stores.current.getSnapshot(), stores.calls.getSnapshot()], [undefined, []]);
  hub.send('PresenceChanged', { userId: 'ann', online: true });
  hub.send('CallIncoming', call({ callId: 'c2' }));
  hub.send('CallEnded', { callId: 'c2', seq: 2, reason: 'cancelled' });
  assert.deepEqual([stores.presence.getSnapshot().get('ann')?.online, stores.missed.getSnapshot()], [true, 1]);
  stores.close();
  hub.drop();
  await time.pass(1);
  assert.equal(stores.connection.getSnapshot(), 'connected');
});
