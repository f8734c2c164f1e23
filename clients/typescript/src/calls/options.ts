// The client's options and events.

import type { ConnectionState } from './connection.js';
import type { Environment } from './environment.js';
import type { CallError } from './errors.js';
import type { CallMedia, DeviceChange } from './media-layer.js';
import type { Description, Notification, Presence, Settings, Signal, StartCallRequest } from './protocol.js';
import type { CallSession } from './session.js';
import type { SessionEnd } from './session-host.js';
import type { TokenProvider } from './token.js';

/** The client's options. */
export interface CallsClientOptions {
  /** The service's URL, such as `https://calls.example.org`; the page's own origin by default. */
  url?: string;
  /** The user of the tokens. */
  userId: string;
  /** The user's name, shown in own calls until the service has accepted them. */
  name?: string;
  /** Provides bearer tokens; `() => token` suffices. */
  token: TokenProvider;
  /**
   * A stable id of this installation; two connections of one device displace each other. By default created and stored in
   * `environment.storage`.
   */
  deviceId?: string;
  /** The kind of device, for operators: `web` by default. */
  platform?: string;
  /** Platform functions that differ from a browser's. */
  environment?: Partial<Environment>;
}

/** How to start a call. */
export interface StartOptions {
  /** 1 to 16 users. */
  calleeIds: string[];
  media: StartCallRequest['media'];
  /** The caller's offer, for an app with its own WebRTC. */
  offer?: Description;
  /** The app's own conversation id. */
  conversationId?: string;
  /** The app's own flat data, 4 KiB at most. */
  metadata?: Record<string, string>;
  /** The ring duration in seconds, 10 to 180; the service's default when omitted. */
  ringSeconds?: number;
}

/** The client's events. */
export interface CallsClientEvents<M extends CallMedia = CallMedia> {
  /** A call rings on this device; once for each call. */
  incoming: CallSession<M>;
  /** A call's object, this device's role or its media has changed. */
  callChanged: CallSession<M>;
  /** The call is over for this device; once for each call. */
  ended: SessionEnd & { session: CallSession<M> };
  /** A party's answer, from any event: for an app with its own WebRTC. */
  answer: { session: CallSession<M>; userId: string; answer: Description };
  /** A signal from another party: for an app with its own WebRTC, and the app's own `custom` signals. */
  signal: Signal & { session: CallSession<M> };
  /** A microphone or camera was lost, replaced, found or unavailable. */
  device: DeviceChange & { session: CallSession<M> };
  /** A watched user went online or offline. */
  presence: Presence;
  /** The number of unacknowledged missed calls. */
  missed: number;
  /** The connection's state. */
  connectionState: ConnectionState;
  /** A notice of the app's back end. */
  notification: Notification;
  /** The user's settings were changed on another device: all current values. */
  settings: Settings;
  /** An error that is not the result of a method. */
  error: CallError;
}
