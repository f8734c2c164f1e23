// The screen of this device, shared in one call, and who of several may share.

import { CallError, parseMediaError } from '../calls/errors.js';
import type { RtcPlatform } from './platform.js';

/** What one side says of the screen that it shares. */
export interface ScreenInfo {
  /** The id of the stream whose tracks are the screen's. */
  id: string;
  /** Grows with each share in the call, whoever shares: the highest one holds. */
  turn: number;
}

/** Of two who share, the one who has to stop: the earlier; of two at once, the one with the smaller id. */
export const givesWay = (mine: { turn: number; userId: string }, other: { turn: number; userId: string }): boolean =>
  other.turn > mine.turn || (other.turn === mine.turn && other.userId > mine.userId);

/** The own screen in one call. One person shares at a time; whoever starts takes it over. */
export class ScreenShare {
  private shared: MediaStream | undefined;
  private label: MediaStream | undefined;
  private highest = 0;
  private turn = 0;
  private starting = 0;

  /** No screen is shared. `changed` is called with what is to be sent: at a start, and at an end, however it came. */
  constructor(private readonly platform: RtcPlatform, private readonly userId: string, private readonly changed: () => void) {}

  /** Whether this browser can share one. */
  get isPossible(): boolean {
    return this.platform.devices?.getDisplayMedia !== undefined;
  }

  /** The screen's stream while it is shared. */
  get stream(): MediaStream | undefined {
    return this.shared;
  }

  /** What the others are told. */
  get info(): ScreenInfo | undefined {
    return this.shared && { id: this.label!.id, turn: this.turn };
  }

  /** The stream that marks the tracks as a screen's: always the same one, so that a second share needs nothing new. */
  get marker(): MediaStream {
    return this.label ??= this.platform.createStream();
  }

  /** Asks the user which screen, with its sound where the browser has it. Rejects with `media_denied` or `media_missing`. */
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
    // The chooser may be open for long: by now the call may be over, or another chooser open.
    if (attempt !== this.starting)
      return stop(stream);
    this.drop();
    this.shared = stream;
    // Made now: the others' rule knows streams by it.
    void this.marker;
    this.turn = ++this.highest;
    for (const track of stream.getTracks())
      track.addEventListener('ended', () => track.kind === 'video' && this.shared === stream && this.stop());
    this.changed();
  }

  /** Shares no longer. */
  stop(): void {
    this.starting++;
    if (this.drop())
      this.changed();
  }

  /** Another one shares: stops the own share if it has to give way. */
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
