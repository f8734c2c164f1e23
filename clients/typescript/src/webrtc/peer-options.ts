// What a peer connection is made from, and what it gives.

import type { Environment } from '../calls/environment.js';
import type { IceServer, SignalKind } from '../calls/protocol.js';
import type { RtcPlatform } from './platform.js';

/** A peer connection's interface to its owner. */
export interface PeerHooks {
  /** Sends a signal to the other side. */
  signal(kind: SignalKind, payload: unknown): void;
  /** State or tracks have changed. */
  changed(): void;
  /** Returns ICE servers with new credentials; rejects on failure. */
  renewIceServers(): Promise<IceServer[]>;
  /** Returns ICE servers with valid credentials; rejects on failure. */
  iceServers(): Promise<IceServer[]>;
}

/** Options of a peer connection. */
export interface PeerOptions {
  /** The other side. */
  userId: string;
  /** On colliding offers the polite side rolls back its own. */
  polite: boolean;
  /** When false, waits for the other side's first offer, or for one of the methods below. */
  offersFirst: boolean;
  /** Whether to receive video, even without sending any. */
  video: boolean;
  iceServers: IceServer[];
  /** The own stream, whose tracks are sent. */
  stream: MediaStream;
  platform: RtcPlatform;
  environment: Environment;
}

/** Statistics of the incoming media of one peer. */
export interface PeerStats {
  userId: string;
  connectionState: RTCPeerConnectionState;
  framesDecoded: number;
  bytesReceived: number;
}
