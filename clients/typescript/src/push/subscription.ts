// Subscribes to Web Push: in the page, and in the service worker when the browser changes the subscription.

import { Rest } from '../calls/rest.js';
import type { TokenProvider } from '../calls/token.js';

/** The device to subscribe. */
export interface PushAccount {
  /** The service's URL; the page's own origin by default. */
  url?: string;
  /** The device id; the same as the page's client, so that no push is sent while the page is connected. */
  deviceId: string;
  /** Provides bearer tokens. */
  token: TokenProvider;
  /** Default: the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The part of `ServiceWorkerRegistration` that is used. */
export type PushRegistration = Pick<ServiceWorkerRegistration, 'pushManager'>;

/**
 * `on`: this device rings. `off`: the service has no Web Push. `default`: permission was not requested yet; `denied`: the user
 * refused. `unsupported`: the browser has no Web Push.
 */
export type PushState = 'on' | 'off' | 'default' | 'denied' | 'unsupported';

/**
 * Subscribes this browser, and registers the subscription with the service. Idempotent: call it at each start of the page, so
 * that a subscription that the service lost, or that belongs to another key, is renewed. Never requests permission: call
 * `Notification.requestPermission()` before, in a click. Rejects with a `CallError`, or with the error of the browser's push
 * service.
 */
export async function subscribePush(registration: PushRegistration, account: PushAccount): Promise<PushState> {
  if (!registration.pushManager || typeof Notification === 'undefined')
    return 'unsupported';
  const rest = restOf(account);
  const { webPushKey } = await rest.config();
  if (!webPushKey)
    return 'off';
  if (Notification.permission !== 'granted')
    return Notification.permission;
  const subscription = await subscribe(registration.pushManager, webPushKey);
  await rest.setPushToken('web_push', JSON.stringify(subscription));
  return 'on';
}

/** Unsubscribes this device: call it when the user signs out. */
export async function unsubscribePush(registration: PushRegistration, account: PushAccount): Promise<void> {
  await restOf(account).clearPushToken('web_push');
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
}

async function subscribe(manager: PushManager, key: string): Promise<PushSubscription> {
  const known = await manager.getSubscription();
  if (known && keyOf(known.options.applicationServerKey) === key)
    return known;
  // A subscription belongs to one key.
  await known?.unsubscribe();
  return await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function keyOf(bytes: ArrayBuffer | null): string | undefined {
  return bytes === null
    ? undefined
    : btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const restOf = ({ url, deviceId, token, fetch }: PushAccount): Rest => new Rest(
  (url ?? globalThis.location?.origin ?? '').replace(/\/+$/, ''), deviceId, token,
  { fetch: fetch ?? ((address, init) => globalThis.fetch(address, init)) });
