// This device's shared screen in one call, and the rule for concurrent sharing.

import { CallError, parseMediaError } from '../calls/errors.js';
import type { RtcPlatform } from './platform.js';

/** One side's announcement of a shared screen. */
export interface ScreenInfo {
  /** The id of the stream with the screen's tracks. */
  id: string;
  /** Increases with each share in the call by any party: the highest one wins. */
  turn: number;
}

/** Of two that share, returns the one that must stop: the earlier; on a tie the one with the smaller id. */
export const givesWay = (mine: { turn: number; userId: string }, other: { turn: number; userId: string }): boolean =>
  other.turn > mine.turn || (other.turn === mine.turn && other.userId > mine.userId);

/** The own screen in one call. One party shares at a time; a new one takes over. */
export class ScreenShare {
  private shared: MediaStream | undefined;
  private label: MediaStream | undefined;
  private highest = 0;
  private turn = 0;
  private starting = 0;

  /** Creates it without a shared screen. `changed` is called with what to send, at every start and end. */
  constructor(private readonly platform: RtcPlatform, private readonly userId: string, private readonly changed: () => void) {}

  /** Whether this browser can share a screen. */
  get isPossible(): boolean {
    return this.platform.devices?.getDisplayMedia !== undefined;
  }

  /** The screen's stream while it is shared. */
  get stream(): MediaStream | undefined {
    return this.shared;
  }

  /** The announcement to the others. */
  get info(): ScreenInfo | undefined {
    return this.shared && { id: this.label!.id, turn: this.turn };
  }

  /** The stream that marks tracks as the screen's: always the same, so that a second share needs no negotiation. */
  get marker(): MediaStream {
    return this.label ??= this.platform.createStream();
  }

  /**
   * Prompts the user for a screen, with its audio where the browser supports it. Rejects with `media_denied` or
   * `media_missing`.
   */
  async start(): Promise<void> {
    const attempt = ++this.starting;
    const { devices } = this.platform;
    if (!devices?.getDisplayMedia)
      throw new CallError('media_missing', 'This browser cannot share a screen.');
    let stream: MediaStream;
    try {
      stream = await devices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: true });
    } catch (error) {
      const { code } = parseMediaError(error);
      throw new CallError(code, code === 'media_denied' ? 'No screen was chosen.' : 'The screen could not be shared.');
    }
    // The prompt may stay open for long: meanwhile the call may be over, or another prompt open.
    if (attempt !== this.starting)
      return stop(stream);
    this.drop();
    this.shared = stream;
    // Created now, because the others identify streams by it.
    void this.marker;
    this.turn = ++this.highest;
    for (const track of stream.getTracks())
      track.addEventListener('ended', () => track.kind === 'video' && this.shared === stream && this.stop());
    this.changed();
  }

  /** Stops sharing. */
  stop(): void {
    this.starting++;
    if (this.drop())
      this.changed();
  }

  /** Another party shares: stops the own share if that one wins. */
  otherShares(userId: string, info: ScreenInfo): void {
    this.highest = Math.max(this.highest, info.turn);
    if (this.shared && givesWay({ turn: this.turn, userId: this.userId }, { turn: info.turn, userId }))
      this.stop();
  }

  private drop(): boolean {
    const { shared } = this;
    this.shared = undefined;
    if (shared)
      stop(shared);
    return shared !== undefined;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks())
    track.stop();
}
