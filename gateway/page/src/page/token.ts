// A token issued by the service, in Development only. In its own file, so that the service worker stays small.

import type { Identity } from './identity';

/** The service issued no token; 404 means that it issues none to pages. */
export class TokenRefused extends Error {
  constructor(readonly status: number, detail?: string) {
    super(detail ?? `The service gave no token: ${status}.`);
  }
}

export async function fetchToken(identity: Identity): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(identity),
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => undefined) as { detail?: string } | undefined;
    throw new TokenRefused(response.status, problem?.detail);
  }
  return (await response.json() as { token: string }).token;
}
