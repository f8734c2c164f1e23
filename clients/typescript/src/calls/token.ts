// Token providers, and a cache for tokens.

import { createEnvironment } from './environment.js';
import type { Environment } from './environment.js';

/** Options of a request to a {@link TokenProvider}. */
export interface TokenRequest {
  /** True when the service rejected the last token: the next one must be new. */
  renew: boolean;
}

/**
 * Provides a bearer token for this user; called at each connect and each REST request. `() => token` suffices, also an async
 * one; a provider that caches tokens must respect `renew`. One that throws is called again at the next attempt to connect.
 */
export type TokenProvider = (request: TokenRequest) => string | Promise<string>;

/** A token as issued by a back end. */
export interface IssuedToken {
  /** The JWT. */
  token: string;
  /** The token's lifetime in seconds from now. By default read from the JWT (`exp` minus `iat`). */
  expiresIn?: number;
}

const shortestMs = 1_000;
const keptShare = 0.8;

/**
 * A provider that caches a token for four fifths of its lifetime, and calls `issue` for another one after that or when the
 * service rejected it. The lifetime is measured on the device's monotonic clock from the moment of issue, so a wrong clock does
 * no harm.
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

/** A JWT's lifetime in seconds, by the issuer's own clock; undefined when the JWT does not contain it. */
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
