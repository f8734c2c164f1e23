// Subscribing: in the page, and again in the service worker when the browser changes the subscription.

import { Rest } from '../calls/rest.js';
import type { TokenProvider } from '../calls/token.js';

/** Whose device is rung. */
export interface PushAccount {
  /** Where the service is; the page's own origin when left out. */
  url?: string;
  /** The device that rings: the one that the page's client has, so that it is not pushed while the page is connected. */
  deviceId: string;
  /** Gives bearer tokens. */
  token: TokenProvider;
  /** Default: the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The part of a `ServiceWorkerRegistration` that is used. */
export type PushRegistration = Pick<ServiceWorkerRegistration, 'pushManager'>;

/**
 * `on`: this device rings. `off`: the service has no Web Push. `default`: nobody has been asked for permission yet; `denied`: somebody
 * said no. `unsupported`: the browser has no Web Push.
 */
export type PushState = 'on' | 'off' | 'default' | 'denied' | 'unsupported';

/**
 * Subscribes this browser, and registers the subscription with the service. Safe to repeat: call it at each start of the page, too, so
 * that a subscription that the service has lost, or that was made with another key, is renewed. Never asks for permission: call
 * `Notification.requestPermission()` before, in a click. Rejects with a `CallError`, or with what the browser's push service says.
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

/** This device does not ring any more: call it when the user signs out. */
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
  (url ?? globalThis.location?.origin ?? '').replace(/\/+$/, ''), deviceId, token, { fetch: fetch ?? ((address, init) => globalThis.fetch(address, init)) });
