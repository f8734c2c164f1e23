// ICE servers for the connections of one call, renewed before their credentials expire.

import type { Timer } from '../calls/environment.js';
import { CallError } from '../calls/errors.js';
import type { MediaLink } from '../calls/media-layer.js';
import type { IceServer } from '../calls/protocol.js';

/** The time that a negotiation waits for new ICE servers before it continues with the old ones. */
const iceDueMs = 3_000;
/** The fraction of their lifetime after which TURN credentials are renewed. */
const renewAfter = 0.8;
/** The minimum interval between renewals, for short lifetimes or an unreachable service. */
const leastRenewMs = 5_000;

/** ICE servers for the connections of one call. */
export class IceKeeper {
  private given: IceServer[] | undefined;
  private timer: Timer;
  private renewAtMs: number | undefined;
  private isClosed = false;

  /** `expiring` is called when all connections must change to new credentials. */
  constructor(private readonly link: MediaLink, private readonly expiring: () => void) {}

  /**
   * Stores the invite's servers as a fallback, and requests own ones: the invite does not contain their lifetime, and the own
   * ones arrive before the call is accepted.
   */
  learn(servers: IceServer[]): void {
    this.given = servers;
    this.link.iceServers().catch(error => this.link.environment.log.debug('The ICE servers could not be asked for.', error));
  }

  /** Returns servers for a new connection. */
  get(): Promise<IceServer[]> {
    return this.inTime(this.link.iceServers());
  }

  /** Returns servers with new credentials. */
  renew(): Promise<IceServer[]> {
    return this.inTime(this.link.renewIceServers());
  }

  /** Stops renewing. */
  close(): void {
    this.isClosed = true;
    this.link.environment.clearTimeout(this.timer);
  }

  private async inTime(asked: Promise<IceServer[]>): Promise<IceServer[]> {
    const { environment } = this.link;
    let late: Timer;
    const timeout = new Promise<never>((_, reject) => {
      late = environment.setTimeout(() => reject(new CallError('unavailable', 'The service did not answer in time.')), iceDueMs);
    });
    try {
      const servers = await Promise.race([asked, timeout]);
      this.watchExpiry();
      return servers;
    } catch (error) {
      if (this.given)
        return this.given;
      throw error;
    } finally {
      environment.clearTimeout(late);
    }
  }

  /**
   * Relayed media stop when the credentials expire, so all connections change to new ones before. The earliest expiry counts,
   * since connections may have credentials of different ages.
   */
  private watchExpiry(): void {
    const left = this.link.iceExpiresInMs();
    if (left === undefined || this.isClosed)
      return;
    const { environment } = this.link;
    const inMs = Math.max(leastRenewMs, left * renewAfter);
    const at = environment.now() + inMs;
    if (this.renewAtMs !== undefined && this.renewAtMs <= at)
      return;
    this.renewAtMs = at;
    environment.clearTimeout(this.timer);
    this.timer = environment.setTimeout(() => this.expire(), inMs);
  }

  private expire(): void {
    this.renewAtMs = undefined;
    this.expiring();
    // Each renewal schedules the next one; a failed one is retried.
    this.timer = this.link.environment.setTimeout(() => this.watchExpiry(), leastRenewMs);
  }
}
