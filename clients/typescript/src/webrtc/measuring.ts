// Looks at all connections of a call every few seconds.

import type { Environment, Timer } from '../calls/environment.js';
import type { Peer } from './peer.js';

/** How often connections are measured. */
const everyMs = 3_000;

/** What is done with what was measured. */
export interface MeasuringHooks {
  /** The connections as they are now. */
  peers(): Peer[];
  /** Another saving: the other side has to know. */
  savingChanged(peer: Peer): void;
  /** All have been measured; `isNews` when there is something to show. */
  measured(isNews: boolean): void;
}

/** Looks at all connections of a call every few seconds. */
export class Measuring {
  private timer: Timer;
  private isRunning = false;

  /** Not yet. */
  constructor(private readonly environment: Environment, private readonly hooks: MeasuringHooks) {}

  /** Measures from now on; once is enough. */
  start(): void {
    if (this.isRunning)
      return;
    this.isRunning = true;
    this.again();
  }

  /** Measures no more. */
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
