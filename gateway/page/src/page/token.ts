// A token of the service's own, which it makes in Development only. Apart from the rest, so that the service worker stays small.

import type { Identity } from './identity';

export async function fetchToken(identity: Identity): Promise<string> {
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
  return (await response.json() as { token: string }).token;
}
