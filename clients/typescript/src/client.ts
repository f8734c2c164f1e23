// Connection, calls and WebRTC together: what most apps need.

import { CallsClient } from './calls/client.js';
import type { CallsClientOptions } from './calls/options.js';
import { parseHubError } from './calls/errors.js';
import type { CallSession } from './calls/session.js';
import type { AcceptOptions } from './calls/session-host.js';
import type { PeerStats } from './webrtc/peer-options.js';
import { webRtc } from './webrtc/rtc-call.js';
import type { RtcCall, RtcOptions } from './webrtc/rtc-call.js';

/** Options of a {@link CallClient}. */
export interface CallClientOptions extends CallsClientOptions, RtcOptions {}

/** A call with its media (`media`). */
export type Session = CallSession<RtcCall>;

/** One client for one signed-in user on one device: connection, calls, and their media. */
export class CallClient extends CallsClient<RtcCall> {
  /** Creates a client that is not connected yet. */
  constructor(options: CallClientOptions) {
    super(options, webRtc(options));
    // A held call is resumed when the call for which it was held is over.
    this.on('ended', ({ from }) => from === 'here' && this.resumeLast());
  }

  /** The active call of this device, or one that it starts; not a held one. */
  get current(): Session | undefined {
    return this.calls.find(session => isIn(session) && !session.media.held);
  }

  /** The calls on hold. */
  get held(): Session[] {
    return this.calls.filter(session => isIn(session) && session.media.held);
  }

  /** Accepts a second call, and holds the active one. Rejects as `accept` does; the first call is then resumed. */
  async holdAndAccept(session: Session, options?: AcceptOptions): Promise<void> {
    const { current } = this;
    await current?.media.setHeld(true);
    try {
      await session.accept(options);
    } catch (error) {
      await current?.media.setHeld(false);
      throw error;
    }
  }

  /** Accepts a second call, and hangs up the active one. */
  async endAndAccept(session: Session, options?: AcceptOptions): Promise<void> {
    const { current } = this;
    // Accepted first, so that no held call is resumed in place of the one that is hung up.
    const accepting = session.accept(options);
    current?.end().catch(error => this.emit('error', parseHubError(error)));
    await accepting;
  }

  /** Resumes a held call; the active one is held instead. */
  async resume(session: Session): Promise<void> {
    const { current } = this;
    if (current !== session)
      await current?.media.setHeld(true);
    await session.media.setHeld(false);
  }

  /** The incoming media of each party of each call: statistics for testing and debugging. */
  async stats(): Promise<PeerStats[]> {
    return (await Promise.all(this.calls.map(session => session.media.stats()))).flat();
  }

  private resumeLast(): void {
    const [held, ...others] = this.held;
    if (held && others.length === 0 && !this.current)
      held.media.setHeld(false).catch(error => this.emit('error', parseHubError(error)));
  }
}

const isIn = (session: Session): boolean => session.place === 'here' || session.place === 'starting';
