// ICE servers, kept for as long as their credentials are good for.

import type { Environment } from './environment.js';
import type { IceServer, IceServers } from './protocol.js';

/** Credentials younger than this are not asked for anew: a call of many restarts all its connections at once. */
const freshMs = 5_000;

/**
 * ICE servers of this user. Ages are measured on the device's elapsed time from the answer on, and `ttlSeconds` is the service's, so
 * neither clock has to be right.
 */
export class IceSource {
  private known: { servers: IceServer[]; at: number; ttlMs: number } | undefined;
  private asking: Promise<IceServer[]> | undefined;

  /** A source that asks `request` for new ones. */
  constructor(private readonly request: () => Promise<IceServers>, private readonly environment: Pick<Environment, 'now'>) {}

  /** Servers whose credentials hold for half of their time at least, so that whoever joins late does not start with old ones. */
  get(): Promise<IceServer[]> {
    return this.youngerThan(this.known ? this.known.ttlMs / 2 : 0);
  }

  /** Servers with credentials made for now; for an ICE restart. */
  renew(): Promise<IceServer[]> {
    return this.youngerThan(freshMs);
  }

  /** Milliseconds until the credentials expire; undefined while there are none. */
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
