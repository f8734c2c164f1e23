// The interface between a call and its media.

import type { Environment } from './environment.js';
import type { CallError } from './errors.js';
import type { Call, Description, IceServer, OpenCall, SendCommand, Signal } from './protocol.js';

/** This device's role in a call: caller, ringing, joined, joined on another device of this user, or over here. */
export type Place = 'starting' | 'incoming' | 'here' | 'elsewhere' | 'over';

/** The kind of device. */
export type DeviceKind = 'audio' | 'video';

/** An event of a microphone or camera. */
export interface DeviceChange {
  kind: DeviceKind;
  /**
   * `lost`: it ended without replacement. `replaced`: another device is used now. `found`: a device is available again.
   * `denied`: no permission. `missing`: there is none, or it cannot be started. `paused`: the system or another program
   * suspends it; `found` follows.
   */
  change: 'lost' | 'replaced' | 'found' | 'denied' | 'missing' | 'paused';
  /** The label of the device in use, where the platform reports it. */
  label?: string;
}

/** A media layer's interface to its call. */
export interface MediaLink {
  readonly userId: string;
  /** The call's latest state. */
  readonly call: Call;
  /** This device's role in it. */
  readonly place: Place;
  readonly environment: Environment;
  send: SendCommand;
  /** ICE servers for a new connection. */
  iceServers(): Promise<IceServer[]>;
  /** ICE servers with new credentials. */
  renewIceServers(): Promise<IceServer[]>;
  /** The milliseconds until the last returned credentials expire; undefined without any. */
  iceExpiresInMs(): number | undefined;
  /** Reports a change that the app may show. */
  changed(): void;
  /** Reports an event of a microphone or camera. */
  deviceChanged(change: DeviceChange): void;
  /** Reports an error that no method's result carries. */
  failed(error: CallError): void;
}

/**
 * Handles the media of one call on this device. The WebRTC layer is one; an app with an SFU, or with its own WebRTC, may
 * provide another or none.
 */
export interface CallMedia {
  /** Whether the call is on hold while the user talks in another one; omitted by a layer that cannot hold calls. */
  readonly held?: boolean;
  /** Called before the call is sent to the service: returns the offer for the invite, if any. */
  offer(wants: { video: boolean }): Promise<Description | undefined>;
  /** Called before this device joins: returns the answer to the caller's offer, if any. */
  answer(wants: { video: boolean }): Promise<Description | undefined>;
  /** This device is in the call but has lost its media: a reload, or the call was moved here. */
  restore(wants: { video: boolean }): Promise<void>;
  /** The service has joined this device to the call: signals may be sent from now on. */
  open(): void;
  /** The data that came with the invite. */
  invited(invite: OpenCall): void;
  /** The call, or this device's role in it, has changed. */
  update(): void;
  /** A party has joined, or accepted with an answer. */
  joined(userId: string, answer: Description | undefined): void;
  /** A signal from another party. */
  signalled(signal: Signal): Promise<void>;
  /** The hub has reconnected: signals may have been lost. */
  reconnected(): void;
  /** This device leaves a continuing call: notifies the others, within a second. */
  leave(): Promise<void>;
  /** Releases everything; the call may continue elsewhere. */
  close(): void;
}

/** Creates the media layer of a call; called once for each call, before it rings. */
export type MediaLayer<M extends CallMedia> = (link: MediaLink) => M;

/** The media layer of a call whose media the app handles itself. */
export class NoMedia implements CallMedia {
  /** No offer. */
  async offer(): Promise<undefined> {}
  /** No answer. */
  async answer(): Promise<undefined> {}
  /** Nothing to restore. */
  async restore(): Promise<void> {}
  /** Nothing waits. */
  open(): void {}
  /** Nothing is stored. */
  invited(): void {}
  /** Nothing depends on the call. */
  update(): void {}
  /** The app receives it by the client's event `answer`. */
  joined(): void {}
  /** The app receives it by the client's event `signal`. */
  async signalled(): Promise<void> {}
  /** Nothing to repair. */
  reconnected(): void {}
  /** Nobody to notify. */
  async leave(): Promise<void> {}
  /** Nothing to release. */
  close(): void {}
}
