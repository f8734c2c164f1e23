// The caller's first offer, as a callee comes by it: with the invite, on request, or as a signal a little later.

import { CallError, parseHubError } from './errors';
import type { Peers } from './peers';
import type { Description } from './protocol';
import { later } from './session-host';

const offerDueMs = 15_000;

export class FirstOffer {
  private known: Description | undefined;
  private arrived: () => void = () => undefined;

  constructor(
    private readonly peers: Peers,
    private readonly request: () => Promise<{ offer?: Description }>,
  ) {}

  learn(offer: Description | undefined): void {
    this.known = offer ?? this.known;
  }

  /** An offer may have come by signal, or none will come any more. */
  wake(): void {
    this.arrived();
  }

  async from(callerId: string): Promise<Description> {
    const offer = this.known ?? await this.ask() ?? this.kept(callerId);
    if (offer)
      return offer;
    await Promise.race([new Promise<void>(resolve => this.arrived = resolve), later(offerDueMs, undefined)]);
    const late = this.kept(callerId);
    if (!late)
      throw new CallError('unavailable', 'The other side did not start its part of the call.');
    return late;
  }

  private async ask(): Promise<Description | undefined> {
    try {
      return (await this.request()).offer;
    } catch (error) {
      // "conflict": the caller has none yet, and has been asked; it comes as a signal.
      if (parseHubError(error).code !== 'conflict')
        throw error;
      return undefined;
    }
  }

  private kept(callerId: string): Description | undefined {
    return this.peers.takeWaitingOffer(callerId)?.payload as Description | undefined;
  }
}
