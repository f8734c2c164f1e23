// The page's service worker: rings while no page is open, and caches the page's files for use without a network.

import { handlePushes, subscribePush } from '@orleanscalls/client/push';
import type { PushRegistration, PushWorker } from '@orleanscalls/client/push';
import { answer, forgetOldFiles, keepFiles } from './page/cached';
import { rung } from './page/rung';
import { fetchToken } from './page/token';
import { t, tidy } from './page/words/table';

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
  notification: ({ type, media, callerId, callerName, invitedById, invitedByName }) => {
    const isVideo = media === 'video';
    const call = type === 'call_missed'
      ? t(isVideo ? 'missedVideoCall' : 'missedCall')
      : t(isVideo ? 'incomingVideoCall' : 'incomingCall');
    const inviter = invitedByName || invitedById;
    const actions = [{ action: 'answer', title: t('answerButton') }, { action: 'decline', title: t('decline') }];
    return {
      title: tidy(callerName || callerId),
      body: inviter ? t('invitedBy', { call, who: tidy(inviter) }) : call,
      icon: 'icons/icon-192.png',
      ...(type === 'call_incoming' ? { actions } : {}),
    };
  },
  async renew() {
    const identity = await rung();
    if (identity)
      await subscribePush(worker.registration, { deviceId: identity.deviceId, token: () => fetchToken(identity) });
  },
});
