// Who is signed in in this tab, and a token for it. For development: a real app brings its own sign-in and its own tokens.

export interface Identity {
  userId: string;
  name: string;
  deviceId: string;
}

// Of this tab alone, so that two tabs of one browser can be two people.
const key = 'orleanscalls.identity';
const renewBeforeMs = 60_000;

export function load(): Identity | undefined {
  const text = sessionStorage.getItem(key);
  return text ? JSON.parse(text) as Identity : undefined;
}

export function save(identity: Identity): void {
  sessionStorage.setItem(key, JSON.stringify(identity));
}

export function forget(): void {
  sessionStorage.removeItem(key);
}

export const newDeviceId = (): string => `web-${crypto.randomUUID().slice(0, 8)}`;

/** Gives a token that holds for a while yet, and asks for a new one when it does not. */
export function tokenSource(identity: Identity): (refresh: boolean) => Promise<string> {
  let known: { token: string; expiresAt: string } | undefined;
  let asking: Promise<string> | undefined;

  const ask = async () => {
    const response = await fetch('/dev/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(identity),
    });
    if (response.status === 404)
      throw new Error('This page signs people in through /dev/token, which the service has in Development only.');
    if (!response.ok) {
      const problem = await response.json().catch(() => undefined) as { detail?: string } | undefined;
      throw new Error(problem?.detail ?? `The service answered ${response.status}.`);
    }
    known = await response.json() as { token: string; expiresAt: string };
    return known.token;
  };

  return refresh => {
    if (!refresh && known && Date.parse(known.expiresAt) - Date.now() > renewBeforeMs)
      return Promise.resolve(known.token);
    asking ??= ask().finally(() => asking = undefined);
    return asking;
  };
}
