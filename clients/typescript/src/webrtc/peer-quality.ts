// How good one peer connection is, and what is done about it.

import type { PeerMedia } from './peer-media.js';
import { adapt, assess, fullSending, pictureFor, readStats } from './quality.js';
import type { Adaptation, Quality, Saving, StatsSample } from './quality.js';

/** How good one peer connection is. */
export class PeerQuality {
  private sample: StatsSample | undefined;
  private measured: Quality | undefined;
  private adaptation: Adaptation = fullSending;

  /** Nothing is known yet of `pc`. */
  constructor(private readonly pc: RTCPeerConnection, private readonly media: PeerMedia, private readonly now: () => number) {}

  /** Over the last seconds; undefined before it is known, and while there is no connection. */
  get current(): Quality | undefined {
    return this.pc.connectionState === 'connected' ? this.measured : undefined;
  }

  /** What is done about a bad connection. */
  get saving(): Saving {
    return this.adaptation.saving;
  }

  /** Takes a sample, and adapts what is sent, to one of `others` in the call. Returns whether there is something new to show. */
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
