// The service worker's half: shows pushes as notifications, and handles clicks on them.

import { readPush, readTest } from './payload.js';
import type { CallPush, Question, TestPush } from './payload.js';

/** A page, as seen by its service worker. */
export interface PushWindow {
  readonly visibilityState?: string;
  /** Sends the page a message, with a port for the reply. */
  postMessage(message: unknown, transfer: Transferable[]): void;
  /** Focuses the page. */
  focus?(): Promise<unknown>;
}

/** The pages of a service worker's origin. */
export interface PushWindows {
  /** All pages. */
  matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly PushWindow[]>;
  /** Opens a new page. */
  openWindow(url: string): Promise<unknown>;
}

/** The data of a push. */
export interface PushData {
  /** Returns the payload as JSON; throws if it is not JSON. */
  json(): unknown;
}

/** An event of a service worker. */
export interface PushWorkerEvent {
  /** Keeps the worker alive until `work` is done. */
  waitUntil(work: Promise<unknown>): void;
  /** Of `push`. */
  readonly data?: PushData | null;
  /** Of `notificationclick`. */
  readonly notification?: Pick<Notification, 'close' | 'data'>;
  /** Of `notificationclick`: the button; empty for the notification itself. */
  readonly action?: string;
}

/** The part of `ServiceWorkerGlobalScope` that is used. */
export interface PushWorker {
  readonly registration: Pick<ServiceWorkerRegistration, 'showNotification' | 'getNotifications' | 'scope'>;
  readonly clients: PushWindows;
  /** Adds a listener for `push`, `notificationclick` or `pushsubscriptionchange`. */
  addEventListener(type: string, listener: (event: PushWorkerEvent) => void): void;
}

/** What an app may customize. */
export interface PushWorkerOptions {
  /** The service's URL; the worker's own origin by default. */
  url?: string;
  /** The texts and icons of a notification. The tag, and a ring's buttons `answer` and `decline`, are fixed. */
  notification?(push: CallPush): { title: string } & NotificationOptions;
  /** The page to open for a call; default: the worker's scope with `?call=<callId>`, and `&answer` to accept it. */
  address?(callId: string, answer: boolean): string;
  /** Subscribes again, by `subscribePush`, when the browser has changed the subscription and no page is open to do so. */
  renew?(): Promise<unknown>;
  /** Default: the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const showsWithinMs = 2_000;
// Browsers allow opening a window for a second after the click.
const takesWithinMs = 500;

/**
 * Makes a service worker ring: a notification with buttons for `call_incoming` unless a visible page shows the call, its
 * removal for `call_cancelled`, a notification for `call_missed`. A `test_ring` is acknowledged, and not shown. Other pushes
 * are left to the app's own listeners.
 */
export function handlePushes(worker: PushWorker, options: PushWorkerOptions = {}): void {
  const handler = new PushHandler(worker, options);
  worker.addEventListener('push', event => {
    const push = readPush(event.data);
    if (push)
      event.waitUntil(handler.pushed(push));
    const test = readTest(event.data);
    if (test)
      event.waitUntil(handler.tested(test));
  });
  worker.addEventListener('notificationclick', event => {
    const push = (event.notification?.data as { orleanscalls?: CallPush } | undefined)?.orleanscalls;
    if (!push)
      return;
    event.notification!.close();
    event.waitUntil(handler.clicked(push, event.action));
  });
  worker.addEventListener('pushsubscriptionchange', event => event.waitUntil(handler.renew()));
}

class PushHandler {
  constructor(private readonly worker: PushWorker, private readonly options: PushWorkerOptions) {}

  async pushed(push: CallPush): Promise<void> {
    if (push.type === 'call_cancelled')
      return await this.close(push);
    const visible = (await this.windows()).filter(window => window.visibilityState === 'visible');
    const shows = await Promise.all(
      visible.map(window => ask(window, { orleanscalls: 'shows', callId: push.callId }, showsWithinMs)));
    if (shows.includes(true))
      return;
    await this.show(push);
    if (push.type === 'call_incoming')
      await this.confirm(push);
  }

  /** The response is not needed: the service ends the test itself. */
  async tested(test: TestPush): Promise<void> {
    await this.post(`test-ring/${encodeURIComponent(test.testId)}/ack`, test.actionToken, undefined);
  }

  async clicked(push: CallPush, action = ''): Promise<void> {
    const isRing = push.type === 'call_incoming';
    if (isRing && action === 'decline' && await this.act(push, 'reject', { reason: 'declined' }))
      return;
    // Without a response of the service, or without a token, the call can be declined in the page.
    const answer = isRing && action === 'answer';
    const windows = [...await this.windows()]
      .sort((a, b) => Number(b.visibilityState === 'visible') - Number(a.visibilityState === 'visible'));
    const decline = isRing && action === 'decline';
    const taker = await this.taker(
      windows, { orleanscalls: 'open', callId: push.callId, answer, ...(decline ? { decline } : {}) });
    // Declining opens no page.
    if (taker && decline)
      return;
    if (taker)
      await taker.focus?.();
    else
      await this.worker.clients.openWindow(this.address(push.callId, answer));
  }

  async renew(): Promise<void> {
    if (!await this.taker(await this.windows(), { orleanscalls: 'renew' }))
      await this.options.renew?.();
  }

  private async show(push: CallPush): Promise<void> {
    const isRing = push.type === 'call_incoming';
    const { title, ...given } = this.options.notification?.(push) ?? words(push);
    const shown: NotificationOptions & { actions?: unknown; renotify?: boolean; timestamp?: number } = {
      timestamp: Date.parse(push.sentAt),
      requireInteraction: isRing,
      ...given,
      // A missed call replaces the notification of its ring.
      tag: tagOf(push),
      renotify: isRing,
      data: { ...given.data as object | undefined, orleanscalls: push },
      actions: isRing
        ? (given as { actions?: unknown }).actions
          ?? [{ action: 'answer', title: 'Answer' }, { action: 'decline', title: 'Decline' }]
        : [],
    };
    await this.worker.registration.showNotification(title, shown);
  }

  /**
   * Acknowledges the ring, and returns whether the call still rings: a push may be late, and a cancel may overtake its ring.
   */
  private async confirm(push: CallPush): Promise<void> {
    const response = await this.send(push, 'ringing');
    if (response && [401, 404, 410].includes(response.status))
      await this.close(push);
  }

  private async close(push: CallPush): Promise<void> {
    for (const notification of await this.worker.registration.getNotifications({ tag: tagOf(push) }))
      if ((notification.data as { orleanscalls?: CallPush } | null)?.orleanscalls?.type === 'call_incoming')
        notification.close();
  }

  /** Whether the service has done it, or the call is over anyway. */
  private async act(push: CallPush, command: string, body: unknown): Promise<boolean> {
    const response = await this.send(push, command, body);
    return response !== undefined && (response.ok || [404, 409, 410].includes(response.status));
  }

  private send(push: CallPush, command: string, body: unknown = {}): Promise<Response | undefined> {
    return this.post(`calls/${encodeURIComponent(push.callId)}/${command}`, push.actionToken, body);
  }

  private async post(path: string, actionToken: string | undefined, body: unknown): Promise<Response | undefined> {
    if (!actionToken)
      return undefined;
    const url = this.options.url ?? new URL(this.worker.registration.scope).origin;
    try {
      return await (this.options.fetch ?? globalThis.fetch)(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${actionToken}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      return undefined;
    }
  }

  private address(callId: string, answer: boolean): string {
    return this.options.address?.(callId, answer)
      ?? `${this.worker.registration.scope}?call=${encodeURIComponent(callId)}${answer ? '&answer' : ''}`;
  }

  private windows(): Promise<readonly PushWindow[]> {
    return this.worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  }

  /** The first of these pages that replies yes. Requested one after another: only one of them may handle the call. */
  private async taker(windows: readonly PushWindow[], question: Question): Promise<PushWindow | undefined> {
    for (const window of windows)
      if (await ask(window, question, takesWithinMs))
        return window;
    return undefined;
  }
}

/** Returns false when the page does not reply: it is an older version, not ready yet, or suspended. */
function ask(window: PushWindow, question: Question, withinMs: number): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise<boolean>(resolve => {
    const timer = setTimeout(() => resolve(false), withinMs);
    port1.onmessage = event => {
      clearTimeout(timer);
      resolve(event.data === true);
    };
    window.postMessage(question, [port2]);
  }).finally(() => port1.close());
}

const tagOf = (push: CallPush): string => `call-${push.callUuid ?? push.callId}`;

function words(push: CallPush): { title: string } & NotificationOptions {
  const title = push.callerName || push.callerId;
  const kind = push.media === 'video' ? 'video call' : 'call';
  const inviter = push.invitedByName || push.invitedById;
  return {
    title,
    body: push.type === 'call_missed' ? `Missed ${kind}` : `Incoming ${kind}${inviter ? `, invited by ${inviter}` : ''}`,
  };
}
