import type { Environment } from '../calls/environment.js';
import type { IceServer, SendCommand } from '../calls/protocol.js';
import type { MediaStatus } from './custom.js';
import type { RtcPlatform } from './platform.js';
import type { ScreenInfo } from './screen.js';

/** What the peer connections of a call need of the call. */
export interface PeersHost {
  readonly callId: string;
  /** Whether the call was started with picture. */
  readonly video: boolean;
  readonly environment: Environment;
  readonly platform: RtcPlatform;
  send: SendCommand;
  /** ICE servers for a new connection. */
  iceServers(): Promise<IceServer[]>;
  /** ICE servers with credentials made for now. */
  renewIceServers(): Promise<IceServer[]>;
  /** Of two offers at once the polite side takes its own back. */
  isPolite(userId: string): boolean;
  /** The own stream: its tracks are sent. */
  readonly stream: MediaStream;
  /** The own screen: its tracks are sent beside, marked by `marker`. */
  readonly screen: { stream: MediaStream | undefined; marker: MediaStream };
  /** What this device sends. */
  sending(): MediaStatus;
  /** Another party shares its screen. */
  screenShared(userId: string, screen: ScreenInfo): void;
  /** Whether this device takes part, and its devices have been asked for. */
  isLive(): boolean;
  /** Something that the app may show has changed. */
  changed(): void;
}
