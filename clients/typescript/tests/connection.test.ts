import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connected, settle } from './fake-hub.js';

test('a device that was displaced, or will not be had, does not come back by itself', async () => {
  for (const [how, state] of [['displaced', 'displaced'], ['too many devices', 'refused']] as const) {
    const { client, hub, time: clock } = await connected();
    const failures: string[] = [];
    client.on('error', error => failures.push(error.code));
    if (how === 'displaced')
      hub.send('Displaced', {});
    else
      hub.drop(new Error('Server returned an error on close: conflict: 16 devices are connected.'));
    await clock.pass(60_000);
    assert.deepEqual([client.connectionState, hub.urls.length], [state, 1]);
    assert.deepEqual(failures, how === 'displaced' ? [] : ['conflict']);
    client.connect();
    await settle();
    assert.equal(client.connectionState, 'connected');
  }
});

test('a token that is not taken is asked for anew, and the reason is reported once', async () => {
  const asked: boolean[] = [];
  const { client, hub, time: clock } = await connected({
    token: ({ renew }) => {
      asked.push(renew);
      return 'old';
    },
    environment: {
      fetch: async () => new Response('{"code":"unauthenticated","detail":"The token has expired."}', { status: 401 }),
    },
  });
  const failures: string[] = [];
  client.on('error', error => failures.push(`${error.code}: ${error.message}`));
  asked.length = 0;
  hub.failing = 6;
  hub.drop();
  await clock.pass(120_000);
  assert.equal(client.connectionState, 'connected');
  assert.deepEqual(failures, ['unauthenticated: The token has expired.']);
  assert.ok(asked.includes(true) && asked[0] === false);
});

test('connections that the service closes at once are opened ever more slowly, and with a new token', async () => {
  const asked: boolean[] = [];
  const { hub, time: clock } = await connected({
    token: ({ renew }) => {
      asked.push(renew);
      return 'expired';
    },
  });
  // A token that is taken and has expired: the service sends what it has, and closes.
  hub.opened = () => {
    hub.send('OpenCalls', { calls: [], missedCount: 0 });
    hub.drop();
  };
  hub.drop();
  await clock.pass(60_000);
  assert.ok(hub.urls.length < 15);
  assert.deepEqual(asked.slice(0, 4), [false, false, true, true]);
});

test('a connection that lasts makes the next loss a first one', async () => {
  const { client, hub, time: clock } = await connected();
  hub.failing = 4;
  hub.drop();
  await clock.pass(30_000);
  hub.send('OpenCalls', { calls: [], missedCount: 0 });
  await clock.pass(10_000);
  hub.drop();
  await clock.pass(300);
  assert.equal(client.connectionState, 'connected');
});

test('an app that gives no token is told so once, and asked again', async () => {
  let gives = true;
  let asked = 0;
  const { client, hub, time: clock } = await connected({
    token: () => {
      asked++;
      if (!gives)
        throw new TypeError('Failed to fetch');
      return 'token';
    },
  });
  const failures: string[] = [];
  client.on('error', error => failures.push(error.code));
  gives = false;
  hub.drop();
  await clock.pass(60_000);
  assert.deepEqual([failures.filter(code => code === 'unavailable').length, client.connectionState], [1, 'reconnecting']);
  assert.ok(asked > 4);
  gives = true;
  await clock.pass(20_000);
  assert.equal(client.connectionState, 'connected');
});

test('the server that goes away says when to leave, and the client comes back', async () => {
  const { client, hub, time: clock } = await connected();
  hub.send('Reconnect', { afterMs: 2_000 });
  await clock.pass(1_900);
  assert.equal(hub.urls.length, 1);
  await clock.pass(1_000);
  assert.deepEqual([client.connectionState, hub.urls.length], ['connected', 2]);
});
