// The page's service worker: rings while no page is open. It keeps no files, so a new one takes over at once.

import { handlePushes, subscribePush } from '@orleanscalls/client/push';
import type { PushRegistration, PushWorker } from '@orleanscalls/client/push';
import { rung } from './page/rung';
import { fetchToken } from './page/token';

interface Worker extends PushWorker {
  readonly registration: PushWorker['registration'] & PushRegistration;
  readonly clients: PushWorker['clients'] & { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;

worker.addEventListener('install', event => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', event => event.waitUntil(worker.clients.claim()));
handlePushes(worker, {
  async renew() {
    const identity = await rung();
    if (identity)
      await subscribePush(worker.registration, { deviceId: identity.deviceId, token: () => fetchToken(identity) });
  },
});
