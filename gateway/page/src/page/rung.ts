// The user whom notifications in this browser ring: each tab may be another user, but a browser has one subscription. Stored
// where the service worker can read it.

import type { Identity } from './identity';

const store = 'orleanscalls';
const key = '/rung.json';

export async function rung(): Promise<Identity | undefined> {
  try {
    return await (await (await caches.open(store)).match(key))?.json() as Identity | undefined;
  } catch {
    // No secure context, or blocked: nobody.
    return undefined;
  }
}

export async function setRung(identity: Identity): Promise<void> {
  await (await caches.open(store)).put(key, new Response(JSON.stringify(identity)));
}

export async function forgetRung(): Promise<void> {
  await (await caches.open(store)).delete(key);
}
