// A session's interface to the client.

import type { MediaLink, Place } from './media-layer.js';
import type { Description, EndReason, Signal } from './protocol.js';

/** Why a call is over on this device, and this device's role until then. */
export interface SessionEnd {
  reason: EndReason;
  /** This device's role before the end. */
  from: Place;
  /** The user who ended the call, if any. */
  endedBy?: string;
}

/** A session's interface to the client. */
export interface SessionHost extends Omit<MediaLink, 'call' | 'place' | 'changed'> {
  readonly deviceId: string;
  /** The session has changed. */
  changed(): void;
  /** The call is over here. */
  finished(end: SessionEnd): void;
  /** A party's answer for this call arrived. */
  answered(userId: string, answer: Description): void;
  /** A signal of another party for this call arrived. */
  signalled(signal: Signal): void;
}

/** How to accept. */
export interface AcceptOptions {
  /** With the camera; by default according to the call's kind. */
  video?: boolean;
  /** The answer to the caller's offer, for an app with its own WebRTC. */
  answer?: Description | Promise<Description>;
}
