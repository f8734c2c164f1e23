// The caller's first offer as a callee receives it: with the invite, on request, or as a later signal.

import { later } from '../calls/environment.js';
import type { Environment } from '../calls/environment.js';
import { CallError, parseHubError } from '../calls/errors.js';
import type { Description } from '../calls/protocol.js';

/** The sources of a first offer. */
export interface OfferSources {
  /** Requests it from the service. Rejects with `conflict` while the caller has none. */
  request(): Promise<Description | undefined>;
  /** Returns the offer that arrived as a signal, if any. */
  takeSignalled(): Description | undefined;
  readonly environment: Pick<Environment, 'setTimeout'>;
}

const offerDueMs = 15_000;

/** The caller's first offer. */
export class FirstOffer {
  private known: Description | undefined;
  private arrived: () => void = () => undefined;

  /** Creates a source without an offer yet. */
  constructor(private readonly sources: OfferSources) {}

  /** Stores the offer that came with the invite. */
  learn(offer: Description | undefined): void {
    this.known = offer ?? this.known;
  }

  /** An offer may have arrived as a signal, or none can arrive any more. */
  wake(): void {
    this.arrived();
  }

  /** Returns the offer; rejects with `unavailable` on timeout. */
  async get(): Promise<Description> {
    const offer = this.known ?? await this.ask() ?? this.sources.takeSignalled();
    if (offer)
      return offer;
    await Promise.race(
      [new Promise<void>(resolve => this.arrived = resolve), later(this.sources.environment, offerDueMs, undefined)]);
    const late = this.sources.takeSignalled();
    if (!late)
      throw new CallError('unavailable', 'The other side did not start its part of the call.');
    return late;
  }

  private async ask(): Promise<Description | undefined> {
    try {
      return await this.sources.request();
    } catch (error) {
      // "conflict": the caller has none yet, and was asked for it; it arrives as a signal.
      if (parseHubError(error).code !== 'conflict')
        throw error;
      return undefined;
    }
  }
}
