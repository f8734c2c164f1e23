/**
 * Web Push: rings while no page is open. One half runs in the page, one in its service worker.
 * @module push
 */
export { listenToWorker } from './page.js';
export type { WorkerQuestions } from './page.js';
export type { CallPush } from './payload.js';
export { subscribePush, unsubscribePush } from './subscription.js';
export type { PushAccount, PushRegistration, PushState } from './subscription.js';
export { handlePushes } from './worker.js';
export type { PushData, PushWindow, PushWindows, PushWorker, PushWorkerEvent, PushWorkerOptions } from './worker.js';
