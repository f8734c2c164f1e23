// The caller's first offer, as a callee comes by it: with the invite, on request, or as a signal a little later.

import { later } from '../calls/environment.js';
import type { Environment } from '../calls/environment.js';
import { CallError, parseHubError } from '../calls/errors.js';
import type { Description } from '../calls/protocol.js';

/** How a first offer may be had. */
export interface OfferSources {
  /** Asks the service for it. Rejects with `conflict` while the caller has none. */
  request(): Promise<Description | undefined>;
  /** The offer that came by signal, if one did. */
  takeSignalled(): Description | undefined;
  readonly environment: Pick<Environment, 'setTimeout'>;
}

const offerDueMs = 15_000;

/** The caller's first offer. */
export class FirstOffer {
  private known: Description | undefined;
  private arrived: () => void = () => undefined;

  /** An offer that has not come yet. */
  constructor(private readonly sources: OfferSources) {}

  /** Keeps the offer that came with the invite. */
  learn(offer: Description | undefined): void {
    this.known = offer ?? this.known;
  }

  /** An offer may have come by signal, or none will come any more. */
  wake(): void {
    this.arrived();
  }

  /** The offer; rejects with `unavailable` when none comes in time. */
  async get(): Promise<Description> {
    const offer = this.known ?? await this.ask() ?? this.sources.takeSignalled();
    if (offer)
      return offer;
    await Promise.race([new Promise<void>(resolve => this.arrived = resolve), later(this.sources.environment, offerDueMs, undefined)]);
    const late = this.sources.takeSignalled();
    if (!late)
      throw new CallError('unavailable', 'The other side did not start its part of the call.');
    return late;
  }

  private async ask(): Promise<Description | undefined> {
    try {
      return await this.sources.request();
    } catch (error) {
      // "conflict": the caller has none yet, and has been asked; it comes as a signal.
      if (parseHubError(error).code !== 'conflict')
        throw error;
      return undefined;
    }
  }
}
