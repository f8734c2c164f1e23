// Connection, calls and WebRTC together: what most apps begin with.

import { CallsClient } from './calls/client.js';
import type { CallsClientOptions } from './calls/options.js';
import type { CallSession } from './calls/session.js';
import type { PeerStats } from './webrtc/peer.js';
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
  }

  /** What comes in from each party of each call: figures for people who test and debug. */
  async stats(): Promise<PeerStats[]> {
    return (await Promise.all(this.calls.map(session => session.media.stats()))).flat();
  }
}
