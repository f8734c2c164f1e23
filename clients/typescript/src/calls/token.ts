// Tokens: who gives them, and one that is kept for as long as it holds.

import { createEnvironment } from './environment.js';
import type { Environment } from './environment.js';

/** What is asked of a {@link TokenProvider}. */
export interface TokenRequest {
  /** True when the service did not take the token that was given last: the next one has to be new. */
  renew: boolean;
}

/**
 * Gives a bearer token for this user; asked at each connect and each REST request. `() => token` will do, also an async one; it may
 * look at `renew` when it keeps tokens. One that throws is asked again at the next attempt to connect.
 */
export type TokenProvider = (request: TokenRequest) => string | Promise<string>;

/** A token as a back end hands it out. */
export interface IssuedToken {
  /** The JWT. */
  token: string;
  /** For how long it holds, in seconds from now. Read from the JWT (`exp` less `iat`) when left out. */
  expiresIn?: number;
}

const shortestMs = 1_000;
const keptShare = 0.8;

/**
 * A provider that keeps a token for four fifths of its lifetime and asks `issue` for another one then, or when the service refused it.
 * The lifetime is measured on the device's elapsed time from the moment of issue, so a clock that is minutes off does no harm.
 */
export function cachedToken(
  issue: () => string | IssuedToken | Promise<string | IssuedToken>, { now }: Pick<Environment, 'now'> = createEnvironment(),
): TokenProvider {
  let known: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;
  const ask = async () => {
    const askedAt = now();
    const issued = await issue();
    const { token, expiresIn } = typeof issued === 'string' ? { token: issued, expiresIn: undefined } : issued;
    const seconds = expiresIn ?? lifetimeOf(token) ?? 0;
    known = { token, until: askedAt + Math.max(shortestMs, seconds * 1000 * keptShare) };
    return token;
  };
  return ({ renew }) => {
    if (!renew && known && now() < known.until)
      return known.token;
    asking ??= ask().finally(() => asking = undefined);
    return asking;
  };
}

/** The lifetime that a JWT was issued for, in seconds, by the issuer's own clock; undefined when it does not say. */
export function lifetimeOf(token: string): number | undefined {
  try {
    const part = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const claims = JSON.parse(atob(part)) as { exp?: unknown; iat?: unknown; nbf?: unknown };
    const from = claims.iat ?? claims.nbf;
    return typeof claims.exp === 'number' && typeof from === 'number' ? claims.exp - from : undefined;
  } catch {
    return undefined;
  }
}
