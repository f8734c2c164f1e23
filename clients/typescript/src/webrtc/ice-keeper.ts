// ICE servers for the connections of one call, renewed before their credentials expire.

import type { Timer } from '../calls/environment.js';
import { CallError } from '../calls/errors.js';
import type { MediaLink } from '../calls/media-layer.js';
import type { IceServer } from '../calls/protocol.js';

/** How long a negotiation waits for new ICE servers before it goes on with the old ones. */
const iceDueMs = 3_000;
/** The share of their time after which TURN credentials are renewed. */
const renewAfter = 0.8;
/** Credentials that hold shorter than this, or a service that could not be asked, are not asked for in a loop. */
const leastRenewMs = 5_000;

/** ICE servers for the connections of one call. */
export class IceKeeper {
  private given: IceServer[] | undefined;
  private timer: Timer;
  private renewAtMs: number | undefined;
  private isClosed = false;

  /** `expiring` is called when all connections have to go over to new credentials. */
  constructor(private readonly link: MediaLink, private readonly expiring: () => void) {}

  /**
   * Keeps those of the invite for when the service does not answer, and asks for own ones: the invite does not say for how long its
   * own hold, and these are there by the time somebody answers.
   */
  learn(servers: IceServer[]): void {
    this.given = servers;
    this.link.iceServers().catch(error => this.link.environment.log.debug('The ICE servers could not be asked for.', error));
  }

  /** Servers for a new connection. */
  get(): Promise<IceServer[]> {
    return this.inTime(this.link.iceServers());
  }

  /** Servers with credentials made for now. */
  renew(): Promise<IceServer[]> {
    return this.inTime(this.link.renewIceServers());
  }

  /** Renews nothing any more. */
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
   * Relayed media stop when the credentials expire, so all connections go over to new ones before. The earliest end counts: each
   * connection may have credentials of another age.
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
    // Each renewal sets the next one; a service that did not answer is asked again.
    this.timer = this.link.environment.setTimeout(() => this.watchExpiry(), leastRenewMs);
  }
}
