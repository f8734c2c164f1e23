// The page's service worker: rings while no page is open, and keeps the page's files for a time without a network.

import { handlePushes, subscribePush } from '@orleanscalls/client/push';
import type { PushRegistration, PushWorker } from '@orleanscalls/client/push';
import { answer, forgetOldFiles, keepFiles } from './page/cached';
import { rung } from './page/rung';
import { fetchToken } from './page/token';

interface Worker extends PushWorker {
  readonly registration: PushWorker['registration'] & PushRegistration;
  readonly clients: PushWorker['clients'] & { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;

worker.addEventListener('install', event => event.waitUntil(keepFiles().then(() => worker.skipWaiting())));
worker.addEventListener('activate', event => event.waitUntil(forgetOldFiles().then(() => worker.clients.claim())));
self.addEventListener('fetch', event => answer(event as unknown as Parameters<typeof answer>[0]));
handlePushes(worker, {
  async renew() {
    const identity = await rung();
    if (identity)
      await subscribePush(worker.registration, { deviceId: identity.deviceId, token: () => fetchToken(identity) });
  },
});
