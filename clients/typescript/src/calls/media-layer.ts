// The seam between a call and what carries its sound and picture.

import type { Environment } from './environment.js';
import type { CallError } from './errors.js';
import type { Call, Description, IceServer, OpenCall, SendCommand, Signal } from './protocol.js';

/** This device's part in a call: it starts it, it rings, it is in it, another device of this user is, or the call is over here. */
export type Place = 'starting' | 'incoming' | 'here' | 'elsewhere' | 'over';

/** Which sort of device. */
export type DeviceKind = 'audio' | 'video';

/** What happened to a microphone or camera. */
export interface DeviceChange {
  kind: DeviceKind;
  /**
   * `lost`: it ended and none took its place. `replaced`: another one took its place. `found`: one is there after all. `denied`: it may
   * not be used. `missing`: there is none, or it cannot be started. `paused`: the system or another program holds it back; `found` follows.
   */
  change: 'lost' | 'replaced' | 'found' | 'denied' | 'missing' | 'paused';
  /** The name of the device that is used now, where the platform says it. */
  label?: string;
}

/** What a media layer knows of its call, and does through it. */
export interface MediaLink {
  readonly userId: string;
  /** The call as last seen. */
  readonly call: Call;
  /** This device's part in it. */
  readonly place: Place;
  readonly environment: Environment;
  send: SendCommand;
  /** ICE servers for a new connection. */
  iceServers(): Promise<IceServer[]>;
  /** ICE servers with credentials made for now. */
  renewIceServers(): Promise<IceServer[]>;
  /** Milliseconds until the credentials that were given last expire; undefined when there are none. */
  iceExpiresInMs(): number | undefined;
  /** Something that the app may show has changed. */
  changed(): void;
  /** Something happened to a microphone or camera. */
  deviceChanged(change: DeviceChange): void;
  /** Something that no method's result tells went wrong. */
  failed(error: CallError): void;
}

/**
 * Carries sound and picture of one call on this device. The WebRTC layer is one; an app with an SFU, or with WebRTC of its own, may
 * bring another or none.
 */
export interface CallMedia {
  /** Whether the call waits while the user talks in another one; a layer that cannot hold calls leaves it out. */
  readonly held?: boolean;
  /** Before the call is put to the service: the offer that goes with the invite, if there is one. */
  offer(wants: { video: boolean }): Promise<Description | undefined>;
  /** Before this device joins: the answer to the caller's offer, if there is one. */
  answer(wants: { video: boolean }): Promise<Description | undefined>;
  /** This device is in the call, but its media are gone: a reload, or the call was moved here. */
  restore(wants: { video: boolean }): Promise<void>;
  /** The service knows the call and this device in it: signals may be sent from now on. */
  open(): void;
  /** What came with the invite beside the call. */
  invited(invite: OpenCall): void;
  /** The call, or this device's part in it, has changed. */
  update(): void;
  /** A party has joined, or accepted with an answer. */
  joined(userId: string, answer: Description | undefined): void;
  /** A signal from another party. */
  signalled(signal: Signal): Promise<void>;
  /** The hub was away and is back: signals may have been lost. */
  reconnected(): void;
  /** This device leaves a call that goes on: says so to the others, within a second. */
  leave(): Promise<void>;
  /** Lets go of everything; the call may go on elsewhere. */
  close(): void;
}

/** Makes the media of a call; called once for each call, before it rings. */
export type MediaLayer<M extends CallMedia> = (link: MediaLink) => M;

/** Media of a call whose sound and picture are the app's own business. */
export class NoMedia implements CallMedia {
  /** No offer. */
  async offer(): Promise<undefined> {}
  /** No answer. */
  async answer(): Promise<undefined> {}
  /** Nothing to restore. */
  async restore(): Promise<void> {}
  /** Nothing waits. */
  open(): void {}
  /** Nothing is kept. */
  invited(): void {}
  /** Nothing depends on the call. */
  update(): void {}
  /** The client's event `answer` has it. */
  joined(): void {}
  /** The client's event `signal` has it. */
  async signalled(): Promise<void> {}
  /** Nothing to repair. */
  reconnected(): void {}
  /** Nobody to tell. */
  async leave(): Promise<void> {}
  /** Nothing to let go of. */
  close(): void {}
}
