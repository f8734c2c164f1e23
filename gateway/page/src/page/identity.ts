// Who is signed in in this tab, and a token for it. For development: a real app brings its own sign-in and its own tokens.

import { cachedToken, newId, readJson, safeStorage } from '@orleanscalls/client';
import type { TokenProvider } from '@orleanscalls/client';
import { fetchToken } from './token';

export interface Identity {
  userId: string;
  name: string;
  deviceId: string;
}

const key = 'orleanscalls.identity';
// Of this tab alone, so that two tabs of one browser can be two people.
const tab = safeStorage(() => sessionStorage);

export const load = (): Identity | undefined => readJson<Identity>(tab, key);

export function save(identity: Identity): void {
  tab.setItem(key, JSON.stringify(identity));
}

export function forget(): void {
  tab.removeItem(key);
}

export const newDeviceId = (): string => `web-${newId().slice(0, 8)}`;

/** Gives a token that holds for a while yet, and asks for a new one when it does not. */
export const tokenSource = (identity: Identity): TokenProvider => cachedToken(() => fetchToken(identity));
