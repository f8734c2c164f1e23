// What a client is made from, and what it reports.

import type { ConnectionState } from './connection.js';
import type { Environment } from './environment.js';
import type { CallError } from './errors.js';
import type { CallMedia, DeviceChange } from './media-layer.js';
import type { Description, Notification, Presence, Settings, Signal, StartCallRequest } from './protocol.js';
import type { CallSession } from './session.js';
import type { SessionEnd } from './session-host.js';
import type { TokenProvider } from './token.js';

/** What a client is made from. */
export interface CallsClientOptions {
  /** Where the service is, such as `https://calls.example.org`; the page's own origin when left out. */
  url?: string;
  /** The user that the tokens are for. */
  userId: string;
  /** The user's name, for the own calls until the service has taken them. */
  name?: string;
  /** Gives bearer tokens: `() => token` will do. */
  token: TokenProvider;
  /** Stable for this installation; two connections of one device displace each other. Made and kept in `environment.storage` when left out. */
  deviceId?: string;
  /** Which kind of device this is, for operators: `web` when left out. */
  platform?: string;
  /** What the platform does otherwise than a browser. */
  environment?: Partial<Environment>;
}

/** How to start a call. */
export interface StartOptions {
  /** 1 to 16 users. */
  calleeIds: string[];
  media: StartCallRequest['media'];
  /** The caller's offer, for an app with WebRTC of its own. */
  offer?: Description;
  /** The app's own conversation id. */
  conversationId?: string;
  /** The app's own flat data, 4 KiB at most. */
  metadata?: Record<string, string>;
  /** 10 to 180; the service's default when left out. */
  ringSeconds?: number;
}

/** What a client reports. */
export interface CallsClientEvents<M extends CallMedia = CallMedia> {
  /** A call rings on this device; once for each call. */
  incoming: CallSession<M>;
  /** Anything about a call has changed: its object, this device's part, its media. */
  callChanged: CallSession<M>;
  /** The call is over for this device; once for each call. */
  ended: SessionEnd & { session: CallSession<M> };
  /** A party's answer came, by whichever way: for an app with WebRTC of its own. */
  answer: { session: CallSession<M>; userId: string; answer: Description };
  /** A signal of another party came: for an app with WebRTC of its own, and for the app's own `custom` ones. */
  signal: Signal & { session: CallSession<M> };
  /** A microphone or camera was lost, replaced or found, or could not be had. */
  device: DeviceChange & { session: CallSession<M> };
  /** A watched user came or went. */
  presence: Presence;
  /** How many missed calls nobody has acknowledged. */
  missed: number;
  /** The state of the connection. */
  connectionState: ConnectionState;
  /** An app back end's own notice. */
  notification: Notification;
  /** The user's own settings were changed on another device: all of them, as they are now. */
  settings: Settings;
  /** Something that was not the direct result of a method went wrong. */
  error: CallError;
}
