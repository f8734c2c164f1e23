// Who is rung by notifications in this browser. Tabs are people of their own here, but a browser has one subscription, so it is one of them.
// Kept where the service worker finds it, too.

import type { Identity } from './identity';

const store = 'orleanscalls';
const key = '/rung.json';

export async function rung(): Promise<Identity | undefined> {
  try {
    return await (await (await caches.open(store)).match(key))?.json() as Identity | undefined;
  } catch {
    // No secure context, or blocked: nobody is.
    return undefined;
  }
}

export async function setRung(identity: Identity): Promise<void> {
  await (await caches.open(store)).put(key, new Response(JSON.stringify(identity)));
}

export async function forgetRung(): Promise<void> {
  await (await caches.open(store)).delete(key);
}
