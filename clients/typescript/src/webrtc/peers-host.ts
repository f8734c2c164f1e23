import type { Environment } from '../calls/environment.js';
import type { IceServer, SendCommand } from '../calls/protocol.js';
import type { MediaStatus } from './custom.js';
import type { RtcPlatform } from './platform.js';
import type { ScreenInfo } from './screen.js';

/** The peer connections' interface to the call. */
export interface PeersHost {
  readonly callId: string;
  /** Whether the call was started with video. */
  readonly video: boolean;
  readonly environment: Environment;
  readonly platform: RtcPlatform;
  send: SendCommand;
  /** ICE servers for a new connection. */
  iceServers(): Promise<IceServer[]>;
  /** ICE servers with new credentials. */
  renewIceServers(): Promise<IceServer[]>;
  /** On colliding offers the polite side rolls back its own. */
  isPolite(userId: string): boolean;
  /** The own stream, whose tracks are sent. */
  readonly stream: MediaStream;
  /** The own screen, whose tracks are sent in addition, marked by `marker`. */
  readonly screen: { stream: MediaStream | undefined; marker: MediaStream };
  /** This device's status. */
  sending(): MediaStatus;
  /** Another party has started sharing its screen. */
  screenShared(userId: string, screen: ScreenInfo): void;
  /** Whether this device has joined, and its devices were requested. */
  isLive(): boolean;
  /** Reports a change that the app may show. */
  changed(): void;
}
