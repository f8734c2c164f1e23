// Measures all connections of a call every few seconds.

import type { Environment, Timer } from '../calls/environment.js';
import type { Peer } from './peer.js';

/** The interval of measurements. */
const everyMs = 3_000;

/** The measurement's interface to the call. */
export interface MeasuringHooks {
  /** The current connections. */
  peers(): Peer[];
  /** The saving has changed: the other side must be notified. */
  savingChanged(peer: Peer): void;
  /** All connections were measured; `isNews` when the result differs. */
  measured(isNews: boolean): void;
}

/** Measures all connections of a call every few seconds. */
export class Measuring {
  private timer: Timer;
  private isRunning = false;

  /** Creates it stopped. */
  constructor(private readonly environment: Environment, private readonly hooks: MeasuringHooks) {}

  /** Starts measuring; idempotent. */
  start(): void {
    if (this.isRunning)
      return;
    this.isRunning = true;
    this.again();
  }

  /** Stops measuring. */
  stop(): void {
    this.isRunning = false;
    this.environment.clearTimeout(this.timer);
  }

  private again(): void {
    this.timer = this.environment.setTimeout(() => void this.measure(), everyMs);
  }

  private async measure(): Promise<void> {
    const peers = this.hooks.peers();
    const news = await Promise.all(peers.map(peer => this.one(peer, peers.length)));
    if (!this.isRunning)
      return;
    this.hooks.measured(news.includes(true));
    this.again();
  }

  private async one(peer: Peer, others: number): Promise<boolean> {
    const { saving } = peer.quality;
    try {
      const isNews = await peer.quality.measure(others);
      if (peer.quality.saving !== saving)
        this.hooks.savingChanged(peer);
      return isNews;
    } catch (error) {
      this.environment.log.debug('A connection could not be measured.', error);
      return false;
    }
  }
}
