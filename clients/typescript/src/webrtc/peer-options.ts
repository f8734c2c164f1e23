// What a peer connection is made from, and what it gives.

import type { Environment } from '../calls/environment.js';
import type { IceServer, SignalKind } from '../calls/protocol.js';
import type { RtcPlatform } from './platform.js';

/** What a peer connection does through its owner. */
export interface PeerHooks {
  /** Sends a signal to the other side. */
  signal(kind: SignalKind, payload: unknown): void;
  /** State or tracks have changed. */
  changed(): void;
  /** ICE servers with credentials made for now; rejects when there are none to be had. */
  renewIceServers(): Promise<IceServer[]>;
  /** ICE servers with credentials that hold for a while; rejects when there are none to be had. */
  iceServers(): Promise<IceServer[]>;
}

/** What a peer connection is made from. */
export interface PeerOptions {
  /** The other side. */
  userId: string;
  /** Of two offers at once the polite side takes its own back. */
  polite: boolean;
  /** False: waits for the other side's first offer, or for one of the methods below. */
  offersFirst: boolean;
  /** Asks for the other side's picture, whether or not this side has one. */
  video: boolean;
  iceServers: IceServer[];
  /** The own stream: its tracks are sent. */
  stream: MediaStream;
  platform: RtcPlatform;
  environment: Environment;
}

/** What comes in from one peer. */
export interface PeerStats {
  userId: string;
  connectionState: RTCPeerConnectionState;
  framesDecoded: number;
  bytesReceived: number;
}
