import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlePushes, listenToWorker, subscribePush, unsubscribePush } from '../src/push/index.js';
import type {
  CallPush, PushRegistration, PushWindow, PushWorker, PushWorkerEvent, PushWorkerOptions, WorkerQuestions,
} from '../src/push/index.js';

const push = (changes: Partial<CallPush> = {}): CallPush => ({
  type: 'call_incoming', callId: 'c1', callUuid: 'u1', callerId: 'ann', callerName: 'Ann', media: 'audio',
  ringUntil: '2026-01-31T12:01:00.000Z',
  ttlMs: '60000', sentAt: '2026-01-31T12:00:00.000Z', actionToken: 'act1.x', ...changes,
});

interface Shown { title: string; options: NotificationOptions & { actions?: { action: string }[] }; open: boolean }

/** A service worker whose pages, notifications and service a test decides. */
class FakeWorker implements PushWorker {
  readonly shown: Shown[] = [];
  readonly opened: string[] = [];
  readonly requests: string[] = [];
  pages: PushWindow[] = [];
  status = 200;
  private readonly listeners = new Map<string, (event: PushWorkerEvent) => void>();

  constructor(options: PushWorkerOptions = {}) {
    handlePushes(this, {
      fetch: async (url, init) => {
        this.requests.push(`${init.method} ${url} ${(init.headers as Record<string, string>)['Authorization']} ${init.body}`);
        if (this.status === 0)
          throw new TypeError('no network');
        return new Response(null, { status: this.status });
      },
      ...options,
    });
  }

  readonly registration = {
    scope: 'https://calls.test/',
    showNotification: async (title: string, options: NotificationOptions = {}) => {
      for (const one of this.shown)
        one.open &&= one.options.tag !== options.tag;
      this.shown.push({ title, options, open: true });
    },
    getNotifications: async (filter?: GetNotificationOptions) =>
      this.shown.filter(one => one.open && one.options.tag === filter?.tag)
        .map(one => ({ data: one.options.data as unknown, close: () => void (one.open = false) }) as Notification),
  };

  readonly clients = {
    matchAll: async () => this.pages,
    openWindow: async (url: string) => void this.opened.push(url),
  };

  addEventListener(type: string, listener: (event: PushWorkerEvent) => void): void {
    this.listeners.set(type, listener);
  }

  async push(data: unknown): Promise<void> {
    await this.fire('push', { data: { json: () => typeof data === 'string' ? JSON.parse(data) as unknown : data } });
  }

  async click(action: string): Promise<void> {
    const last = this.shown.at(-1)!;
    await this.fire('notificationclick', {
      action, notification: { data: last.options.data as unknown, close: () => void (last.open = false) },
    });
  }

  async fire(type: string, event: Partial<PushWorkerEvent> = {}): Promise<void> {
    const work: Promise<unknown>[] = [];
    this.listeners.get(type)!({ waitUntil: one => void work.push(one), ...event });
    await Promise.all(work);
  }

  get open(): string[] {
    return this.shown.filter(one => one.open).map(one => `${one.title}: ${one.options.body}`);
  }
}

/** A page that answers its worker by the package's own half. */
function page(answers: Partial<WorkerQuestions> = {}, visibilityState = 'visible') {
  const asked: string[] = [];
  const container = new EventTarget();
  const log = (name: string, value: boolean | undefined) => (asked.push(name), value ?? false);
  listenToWorker({
    shows: callId => log(`shows ${callId}`, answers.shows?.(callId)),
    open: (callId, answer, decline) =>
      log(`open ${callId} ${answer}${decline ? ' decline' : ''}`, answers.open?.(callId, answer, decline)),
    renew: () => log('renew', answers.renew?.()),
  }, container as ServiceWorkerContainer);
  return {
    asked, visibilityState,
    postMessage: (data: unknown, [port]: Transferable[]) => {
      const event = Object.assign(new Event('message'), { data, ports: [port] });
      container.dispatchEvent(event);
    },
    focus: async () => void asked.push('focus'),
  };
}

test('a test ring is acknowledged with what the push brought, and shows nothing', async () => {
  const worker = new FakeWorker();
  await worker.push({ type: 'test_ring', testId: 'test-ring:1', actionToken: 'act1.y' });
  assert.deepEqual(worker.requests, ['POST https://calls.test/api/v1/test-ring/test-ring%3A1/ack Bearer act1.y undefined']);
  worker.status = 0;
  await worker.push({ type: 'test_ring', testId: 'test-ring:2', actionToken: 'act1.y' });
  await worker.push({ type: 'test_ring', testId: 7 });
  assert.equal(worker.requests.length, 2);
  assert.deepEqual(worker.shown, []);
});

test('a ring shows a notification with buttons, and tells the caller that it rings', async () => {
  const worker = new FakeWorker();
  await worker.push(push());
  assert.deepEqual(worker.open, ['Ann: Incoming call']);
  const { options } = worker.shown[0]!;
  assert.deepEqual(
    [options.tag, options.requireInteraction, options.actions!.map(one => one.action)], ['call-u1', true, ['answer', 'decline']]);
  assert.deepEqual(worker.requests, ['POST https://calls.test/api/v1/calls/c1/ringing Bearer act1.x {}']);
});

test('a cancel removes its ring only, a missed call takes the place of its ring and stays', async () => {
  const worker = new FakeWorker();
  await worker.push(push());
  await worker.push(push({ callId: 'c2', callUuid: 'u2', callerName: '', media: 'video' }));
  await worker.push(push({ type: 'call_cancelled' }));
  assert.deepEqual(worker.open, ['ann: Incoming video call']);
  await worker.push(push({ type: 'call_missed', callId: 'c2', callUuid: 'u2', media: 'video' }));
  await worker.push(push({ type: 'call_cancelled', callId: 'c2', callUuid: 'u2' }));
  assert.deepEqual(worker.open, ['Ann: Missed video call']);
  assert.equal(worker.requests.length, 2);
});

test('a ring that is late is taken back', async () => {
  for (const status of [401, 404, 410]) {
    const worker = new FakeWorker();
    worker.status = status;
    await worker.push(push());
    assert.deepEqual([worker.shown.length, worker.open.length], [1, 0]);
  }
  // Without a network it may ring yet.
  const worker = new FakeWorker();
  worker.status = 0;
  await worker.push(push());
  assert.equal(worker.open.length, 1);
});

test('a visible page that shows its calls rings itself; one that is hidden, of another user or silent does not count', async () => {
  const worker = new FakeWorker();
  const mine = page({ shows: () => true });
  worker.pages = [mine];
  await worker.push(push());
  assert.equal(worker.shown.length, 0);
  worker.pages = [
    page({ shows: () => true }, 'hidden'), page({ shows: () => false }),
    { visibilityState: 'visible', postMessage: () => undefined },
  ];
  await worker.push(push());
  assert.equal(worker.shown.length, 1);
});

test('pushes that are not ours, of a newer service, or no JSON show nothing', async () => {
  const worker = new FakeWorker();
  for (const data of [
    { type: 'call_hologram', callId: 'c1' }, { type: 'news' }, null, 'no json'.slice(0, 0) + '{', { type: 'call_incoming' },
  ])
    await worker.push(data);
  await worker.fire('push', { data: null });
  assert.equal(worker.shown.length, 0);
  // Another listener's notification.
  await worker.fire('notificationclick', { action: '', notification: { data: { mine: 1 }, close: () => assert.ok(false) } });
});

test('answer goes to the page that takes it, else to a new one', async () => {
  const worker = new FakeWorker();
  const [other, hidden] = [page(), page({ open: () => true }, 'hidden')];
  worker.pages = [hidden, other];
  await worker.push(push());
  await worker.click('answer');
  assert.deepEqual([other.asked, hidden.asked, worker.opened], [['shows c1', 'open c1 true'], ['open c1 true', 'focus'], []]);
  // A page of an older version does not answer.
  worker.pages = [{ postMessage: () => undefined }];
  await worker.click('answer');
  await worker.click('');
  assert.deepEqual(worker.opened, ['https://calls.test/?call=c1&answer', 'https://calls.test/?call=c1']);
  assert.equal(worker.open.length, 0);
});

test('decline needs no page, unless the service cannot be reached', async () => {
  const worker = new FakeWorker();
  await worker.push(push());
  await worker.click('decline');
  assert.deepEqual(worker.requests.at(-1), 'POST https://calls.test/api/v1/calls/c1/reject Bearer act1.x {"reason":"declined"}');
  worker.status = 410;
  await worker.click('decline');
  assert.deepEqual(worker.opened, []);
  for (const status of [0, 401, 503]) {
    worker.status = status;
    await worker.click('decline');
  }
  assert.deepEqual(worker.opened, Array.from({ length: 3 }, () => 'https://calls.test/?call=c1'));
});

test('an app has its own words, address and service', async () => {
  const worker = new FakeWorker({
    url: 'https://other.test',
    notification: one => ({ title: `${one.callerName} ruft an`, icon: 'i.png', tag: 'x', data: { own: 1 } }),
    address: (callId, answer) => `/calls/${callId}/${answer}`,
  });
  await worker.push(push());
  const { title, options } = worker.shown[0]!;
  assert.deepEqual(
    [title, options.icon, options.tag, (options.data as { own: number }).own], ['Ann ruft an', 'i.png', 'call-u1', 1]);
  assert.ok(worker.requests[0]!.startsWith('POST https://other.test/'));
  await worker.click('answer');
  assert.deepEqual(worker.opened, ['/calls/c1/true']);
});

test('a changed subscription is renewed by a page, or by the worker when there is none', async () => {
  let renewed = 0;
  const worker = new FakeWorker({ renew: async () => void renewed++ });
  worker.pages = [page({ renew: () => true }, 'hidden')];
  await worker.fire('pushsubscriptionchange');
  assert.equal(renewed, 0);
  worker.pages = [page()];
  await worker.fire('pushsubscriptionchange');
  assert.equal(renewed, 1);
});

test('subscribing registers the subscription, renews one of another key, and never asks for permission', async () => {
  const key = btoa(String.fromCharCode(4, ...Array.from({ length: 64 }, (_, i) => i))).replaceAll('+', '-')
    .replaceAll('/', '_').replaceAll('=', '');
  const requests: string[] = [];
  let webPushKey: string | undefined = key;
  let current: { key: string; made: number } | undefined;
  let made = 0;
  const subscription = () => current && {
    options: {
      applicationServerKey: Uint8Array.from(
        atob(current.key.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)).buffer,
    },
    unsubscribe: async () => ((current = undefined), true),
    toJSON: () => ({ endpoint: `https://push.test/${current!.made}` }),
  };
  const registration = { pushManager: {
    getSubscription: async () => subscription(),
    subscribe: async (options: PushSubscriptionOptionsInit) => {
      assert.equal(options.userVisibleOnly, true);
      current = { key: options.applicationServerKey as string, made: ++made };
      return subscription();
    },
  } } as unknown as PushRegistration;
  const account = {
    url: 'https://calls.test/', deviceId: 'b/1', token: () => 'token',
    fetch: async (url: string, init: RequestInit) => {
      requests.push(`${init.method} ${url.slice('https://calls.test/api/v1'.length)} ${init.body ?? ''}`.trim());
      return init.method === 'GET' ? Response.json({ webPushKey }) : new Response(null, { status: 204 });
    },
  };
  const permission = (value: string | undefined) => Object.assign(globalThis, { Notification: value && { permission: value } });

  permission(undefined);
  assert.equal(await subscribePush(registration, account), 'unsupported');
  for (const value of ['default', 'denied']) {
    permission(value);
    assert.equal(await subscribePush(registration, account), value);
  }
  assert.equal(made, 0);
  permission('granted');
  assert.equal(await subscribePush(registration, account), 'on');
  assert.equal(await subscribePush(registration, account), 'on');
  assert.equal(made, 1);
  assert.equal(
    requests.at(-1),
    'PUT /devices/b%2F1/push-token {"provider":"web_push","token":"{\\"endpoint\\":\\"https://push.test/1\\"}"}');
  current!.key = key.slice(0, -2) + 'AA';
  await subscribePush(registration, account);
  assert.deepEqual([made, current!.key], [2, key]);
  await unsubscribePush(registration, account);
  assert.deepEqual([requests.at(-1), current], ['DELETE /devices/b%2F1/push-token?provider=web_push', undefined]);
  webPushKey = undefined;
  assert.equal(await subscribePush(registration, account), 'off');
});
