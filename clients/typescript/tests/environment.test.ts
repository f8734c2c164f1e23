import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elapsedClock } from '../src/calls/environment.js';
import { cachedToken, createEnvironment, installationId, newId, readJson, safeStorage } from '../src/calls/index.js';
import { IceSource } from '../src/calls/ice.js';
import { lifetimeOf } from '../src/calls/token.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const jwt = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')}.s`;

test('ids are UUIDs in secure contexts, outside of them, and without any crypto', () => {
  const plain = {
    getRandomValues: <T extends ArrayBufferView | null>(array: T): T => crypto.getRandomValues(array as never) as T,
  };
  for (const source of [crypto, plain, {}])
    assert.ok(uuid.test(newId(source)));
  assert.ok(newId(plain) !== newId(plain));
});

test('the clock does not go back, and does not miss a sleep', () => {
  let [monotonic, wall] = [100, 1_000_000];
  const now = elapsedClock(() => monotonic, () => wall);
  const start = now();
  monotonic += 10, wall -= 3_600_000;
  assert.equal(now() - start, 10);
  wall += 5_000;
  assert.equal(now() - start, 5_010);
});

test('a token is kept for most of its life by elapsed time, and asked for anew when it was refused', async () => {
  let [now, issued] = [0, 0];
  // Issued for an hour by a clock that is years away from this one.
  const provider = cachedToken(() => jwt({ iat: 1_000, exp: 4_600, n: ++issued }), { now: () => now });
  const first = await provider({ renew: false });
  now = 2_800_000;
  assert.equal(await provider({ renew: false }), first);
  now = 2_900_000;
  await Promise.all([provider({ renew: false }), provider({ renew: false })]);
  assert.equal(issued, 2);
  await provider({ renew: true });
  assert.equal(issued, 3);
  assert.deepEqual(
    [lifetimeOf(jwt({ iat: 5, exp: 65 })), lifetimeOf(jwt({ exp: 65 })), lifetimeOf('opaque')], [60, undefined, undefined]);
});

test('storage that is blocked, full or forgetful does not throw, and the device keeps its id', () => {
  const blocked = safeStorage(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  const refuse = () => { throw new DOMException('', 'QuotaExceededError'); };
  const full = safeStorage(() => ({ getItem: () => null, setItem: refuse, removeItem: () => undefined }));
  const none = safeStorage(() => undefined);
  for (const storage of [blocked, full, none]) {
    const id = installationId(storage, newId);
    assert.equal(installationId(storage, newId), id);
    storage.removeItem('orleanscalls.device');
    assert.ok(installationId(storage, newId) !== id);
  }
  const kept = new Map([['orleanscalls.device', 'not an id of ours!']]);
  const real =
    safeStorage(
      () =>
        ({
          getItem: key => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value),
          removeItem: key => void kept.delete(key),
        }));
  assert.equal(installationId(real, () => 'x'), 'device-x');
  assert.equal(kept.get('orleanscalls.device'), 'device-x');
  kept.set('json', '{"a":1}').set('broken', '{"a"');
  assert.deepEqual(
    [readJson(real, 'json'), readJson(real, 'broken'), readJson(real, 'none'), readJson(blocked, 'json')],
    [{ a: 1 }, undefined, undefined, undefined]);
});

test('the defaults work where there is no window and no document', () => {
  const environment = createEnvironment();
  environment.onWake(() => undefined)();
  environment.storage.setItem('k', 'v');
  assert.equal(environment.storage.getItem('k'), 'v');
  assert.ok(environment.now() >= 0);
});

test('ICE servers are kept for half of their time, and made anew for a restart', async () => {
  let [now, made] = [0, 0];
  const source = new IceSource(
    async () => ({ iceServers: [{ urls: ['turn:t'], username: String(++made), credential: 'x' }], ttlSeconds: 100 }),
    { now: () => now });
  assert.equal(source.expiresInMs, undefined);
  await Promise.all([source.get(), source.get()]);
  now = 49_000;
  await source.get();
  assert.deepEqual([made, source.expiresInMs], [1, 51_000]);
  now = 50_000;
  await source.get();
  assert.equal(made, 2);
  now = 52_000;
  await source.renew();
  assert.equal(made, 2);
  now = 56_000;
  await source.renew();
  assert.deepEqual([made, source.expiresInMs], [3, 100_000]);
});
