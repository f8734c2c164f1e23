// Connection, calls and WebRTC together: what most apps begin with.

import { CallsClient } from './calls/client.js';
import type { CallsClientOptions } from './calls/options.js';
import { parseHubError } from './calls/errors.js';
import type { CallSession } from './calls/session.js';
import type { AcceptOptions } from './calls/session-host.js';
import type { PeerStats } from './webrtc/peer-options.js';
import { webRtc } from './webrtc/rtc-call.js';
import type { RtcCall, RtcOptions } from './webrtc/rtc-call.js';

/** What a {@link CallClient} is made from. */
export interface CallClientOptions extends CallsClientOptions, RtcOptions {}

/** A call with its sound and picture (`media`). */
export type Session = CallSession<RtcCall>;

/** One client for one signed-in user on one device: connection, calls, and their sound and picture. */
export class CallClient extends CallsClient<RtcCall> {
  /** A client that is not connected yet. */
  constructor(options: CallClientOptions) {
    super(options, webRtc(options));
    // The call that was held goes on when the one that it waited for is over.
    this.on('ended', ({ from }) => from === 'here' && this.resumeLast());
  }

  /** The call that this device is in, or starts; not one that is held. */
  get current(): Session | undefined {
    return this.calls.find(session => isIn(session) && !session.media.held);
  }

  /** The calls that wait while the user talks in another one. */
  get held(): Session[] {
    return this.calls.filter(session => isIn(session) && session.media.held);
  }

  /** Picks up a second call, and puts the one that goes on on hold. Rejects as `accept` does; the first call then goes on. */
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

  /** Picks up a second call, and hangs up the one that goes on. */
  async endAndAccept(session: Session, options?: AcceptOptions): Promise<void> {
    const { current } = this;
    // Begun first: a call that is held must not take the place of the one that is hung up.
    const accepting = session.accept(options);
    current?.end().catch(error => this.emit('error', parseHubError(error)));
    await accepting;
  }

  /** Goes on with a call that is held; the one that goes on instead is put on hold. */
  async resume(session: Session): Promise<void> {
    const { current } = this;
    if (current !== session)
      await current?.media.setHeld(true);
    await session.media.setHeld(false);
  }

  /** What comes in from each party of each call: figures for people who test and debug. */
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
