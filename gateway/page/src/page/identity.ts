// The user signed in in this tab, and a token. For development: a real app has its own sign-in and tokens.

import { cachedToken, newId, readJson, safeStorage } from '@orleanscalls/client';
import type { TokenProvider } from '@orleanscalls/client';
import { fetchToken } from './token';

export interface Identity {
  userId: string;
  name: string;
  deviceId: string;
}

const key = 'orleanscalls.identity';
// Per tab, so that two tabs of one browser can be two users.
const tab = safeStorage(() => sessionStorage);

export const load = (): Identity | undefined => readJson<Identity>(tab, key);

export function save(identity: Identity): void {
  tab.setItem(key, JSON.stringify(identity));
}

export function forget(): void {
  tab.removeItem(key);
}

export const newDeviceId = (): string => `web-${newId().slice(0, 8)}`;

/** Returns a token that stays valid for some time, and requests a new one when necessary. */
export const tokenSource = (identity: Identity): TokenProvider => cachedToken(() => fetchToken(identity));
