// The page as an app: its service worker, its installation, and whether there is a network.

import type { Banners } from './ui/banners';
import { t } from './words/table';

const script = 'worker.js';

// The only script whose address the page may hand over by itself: the policy of the page (require-trusted-types-for) refuses any other.
interface Policy {
  createScriptURL(url: string): unknown;
}
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('orleanscalls', {
  createScriptURL: url => {
    if (url !== script)
      throw new TypeError(`${url} is no script of this page.`);
    return url;
  },
});

/** Registers the service worker; undefined where the browser has none for this page. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  const url = (policy?.createScriptURL(script) ?? script) as string;
  return await navigator.serviceWorker?.register(url, { updateViaCache: 'none' });
}

/** Says so while there is no network at all: nothing rings then. */
export function watchNetwork(banners: Banners): void {
  const show = () => navigator.onLine ? banners.clear('offline') : banners.set('offline', { text: t('offlineBanner'), kind: 'error' });
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
}

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offered: InstallPrompt | undefined;
addEventListener('beforeinstallprompt', event => {
  event.preventDefault();
  offered = event as InstallPrompt;
});
addEventListener('appinstalled', () => offered = undefined);

/** Whether the browser would install the page. */
export const canInstall = (): boolean => offered !== undefined;

export async function install(): Promise<void> {
  await offered?.prompt();
  offered = undefined;
}
