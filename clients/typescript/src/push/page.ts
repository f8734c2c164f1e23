// The page's half: answers what its service worker asks.

import type { Question } from './payload.js';

/** How a page answers its service worker. Answer no (false) unless the page is signed in as the device that was subscribed. */
export interface WorkerQuestions {
  /** Whether the page is connected, and so shows this device's calls itself; asked of visible pages before a notification is shown. */
  shows(callId: string): boolean;
  /**
   * A notification was clicked: show the call, and answer it if `answer`, or decline it if `decline`, which the service worker could not do
   * itself. Returns whether this page does; else a new one is opened.
   */
  open(callId: string, answer: boolean, decline: boolean): boolean;
  /** The subscription has changed: call `subscribePush` again. Returns whether this page does. */
  renew(): boolean;
}

/** Answers the service worker's questions. Returns how to stop. */
export function listenToWorker(
  questions: WorkerQuestions, container: Pick<ServiceWorkerContainer, 'addEventListener' | 'removeEventListener'> | undefined = globalThis.navigator?.serviceWorker,
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
