// The page's files in the service worker's cache, so that the page opens without a network.

interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** Set by build.mjs: a hash of the files, so that each build has its own cache. */
declare const BUILD: string;

const prefix = 'orleanscalls-page-';
const name = prefix + BUILD;
const files = ['/', '/app.js', '/styles.css', '/manifest.webmanifest', '/icons/icon.svg', '/icons/icon-192.png'];
const network = { withinMs: 4_000 };

/** Adds the files to the cache, all or none. */
export async function keepFiles(): Promise<void> {
  await (await caches.open(name)).addAll(files.map(file => new Request(file, { cache: 'reload' })));
}

/** Deletes those of older builds. */
export async function forgetOldFiles(): Promise<void> {
  for (const other of await caches.keys())
    if (other.startsWith(prefix) && other !== name)
      await caches.delete(other);
}

/** Responds to a request for a file of the page from the network or, on failure or timeout, from the cache; ignores others. */
export function answer(event: FetchEvent): void {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === 'GET' && origin === location.origin && files.includes(pathname))
    event.respondWith(fetchOrKept(request, pathname));
}

async function fetchOrKept(request: Request, pathname: string): Promise<Response> {
  const fresh = fetch(request);
  const kept = await caches.match(pathname, { cacheName: name });
  if (!kept)
    return await fresh;
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept.clone()), network.withinMs));
  return await Promise.race([fresh.then(response => response.status >= 500 ? kept : response, () => kept), late]);
}
