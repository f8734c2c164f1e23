// ICE servers, cached while their credentials are valid.

import type { Environment } from './environment.js';
import type { IceServer, IceServers } from './protocol.js';

/** Credentials younger than this are reused, since a call of many restarts all its connections at once. */
const freshMs = 5_000;

/**
 * ICE servers of this user. Ages are measured on the device's monotonic clock from the response on, and `ttlSeconds` is the
 * service's, so both clocks may be wrong.
 */
export class IceSource {
  private known: { servers: IceServer[]; at: number; ttlMs: number } | undefined;
  private asking: Promise<IceServer[]> | undefined;

  /** Creates a cache that requests new servers by `request`. */
  constructor(private readonly request: () => Promise<IceServers>, private readonly environment: Pick<Environment, 'now'>) {}

  /** Returns servers whose credentials stay valid for at least half of their lifetime, for parties that join late. */
  get(): Promise<IceServer[]> {
    return this.youngerThan(this.known ? this.known.ttlMs / 2 : 0);
  }

  /** Returns servers with new credentials, for an ICE restart. */
  renew(): Promise<IceServer[]> {
    return this.youngerThan(freshMs);
  }

  /** The milliseconds until the credentials expire; undefined without any. */
  get expiresInMs(): number | undefined {
    return this.known?.servers.some(server => server.credential !== undefined)
      ? this.known.at + this.known.ttlMs - this.environment.now()
      : undefined;
  }

  private youngerThan(ageMs: number): Promise<IceServer[]> {
    const { known } = this;
    if (known && this.environment.now() - known.at < Math.min(ageMs, known.ttlMs / 2))
      return Promise.resolve(known.servers);
    this.asking ??= this.ask().finally(() => this.asking = undefined);
    return this.asking;
  }

  private async ask(): Promise<IceServer[]> {
    const at = this.environment.now();
    const { iceServers, ttlSeconds } = await this.request();
    this.known = { servers: iceServers, at, ttlMs: ttlSeconds * 1000 };
    return iceServers;
  }
}
