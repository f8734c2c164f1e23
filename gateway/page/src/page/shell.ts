// The page as an installed app: its service worker, its installation, and its network state.

import type { Banners } from './ui/banners';
import { t } from './words/table';

const script = 'worker.js';

// The only script URL that the page may load itself: its policy (require-trusted-types-for) rejects all others.
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

/** Registers the service worker; undefined where the browser does not support one. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  const url = (policy?.createScriptURL(script) ?? script) as string;
  return await navigator.serviceWorker?.register(url, { updateViaCache: 'none' });
}

/** Shows a banner while there is no network, since nothing rings then. */
export function watchNetwork(banners: Banners): void {
  const show = () =>
    navigator.onLine ? banners.clear('offline') : banners.set('offline', { text: t('offlineBanner'), kind: 'error' });
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

/** Whether the browser offers to install the page. */
export const canInstall = (): boolean => offered !== undefined;

export async function install(): Promise<void> {
  await offered?.prompt();
  offered = undefined;
}
