// The quality of one peer connection, and the adaptation to it.

import type { PeerMedia } from './peer-media.js';
import { adapt, assess, fullSending, pictureFor, readStats } from './quality.js';
import type { Adaptation, Quality, Saving, StatsSample } from './quality.js';

/** The quality of one peer connection. */
export class PeerQuality {
  private sample: StatsSample | undefined;
  private measured: Quality | undefined;
  private adaptation: Adaptation = fullSending;

  /** Creates the quality of `pc`, unknown so far. */
  constructor(private readonly pc: RTCPeerConnection, private readonly media: PeerMedia, private readonly now: () => number) {}

  /** The quality over the last seconds; undefined before the first measurement, and while disconnected. */
  get current(): Quality | undefined {
    return this.pc.connectionState === 'connected' ? this.measured : undefined;
  }

  /** The current adaptation to a bad connection. */
  get saving(): Saving {
    return this.adaptation.saving;
  }

  /** Takes a sample, and adapts the sent media for a call with `others`. Returns whether the result differs. */
  async measure(others: number): Promise<boolean> {
    if (this.pc.connectionState !== 'connected') {
      this.sample = this.measured = undefined;
      return false;
    }
    const [before, now] = [this.sample, readStats(await this.pc.getStats(), this.now())];
    this.sample = now;
    const [level, saving] = [this.measured?.level, this.saving];
    if (before) {
      this.measured = assess(before, now);
      this.adaptation = adapt(this.adaptation, this.measured);
    }
    await this.media.setPicture(pictureFor(this.saving, others));
    return this.measured?.level !== level || this.saving !== saving;
  }
}
