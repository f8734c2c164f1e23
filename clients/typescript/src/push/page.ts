// The page's half: handles the requests of its service worker.

import type { Question } from './payload.js';

/**
 * The page's handlers for requests of its service worker. Return false unless the page is signed in as the subscribed device.
 */
export interface WorkerQuestions {
  /**
   * Whether the page is connected, and so shows this device's calls itself; requested of visible pages before a notification is
   * shown.
   */
  shows(callId: string): boolean;
  /**
   * A notification was clicked: show the call, and accept it if `answer`, or decline it if `decline`, when the service worker
   * could not do that itself. Returns whether this page does so; otherwise a new one is opened.
   */
  open(callId: string, answer: boolean, decline: boolean): boolean;
  /** The subscription has changed: call `subscribePush` again. Returns whether this page does so. */
  renew(): boolean;
}

/** Handles the service worker's requests. Returns a function that stops it. */
export function listenToWorker(
  questions: WorkerQuestions,
  container: Pick<ServiceWorkerContainer, 'addEventListener' | 'removeEventListener'> | undefined =
    globalThis.navigator?.serviceWorker,
): () => void {
  const receive = (event: Event) => {
    const { data, ports: [port] } = event as MessageEvent<Question | undefined>;
    switch (data?.orleanscalls) {
      case 'shows': return port?.postMessage(questions.shows(data.callId));
      case 'open': return port?.postMessage(questions.open(data.callId, data.answer, data.decline === true));
      case 'renew': return port?.postMessage(questions.renew());
    }
  };
  container?.addEventListener('message', receive);
  return () => container?.removeEventListener('message', receive);
}
