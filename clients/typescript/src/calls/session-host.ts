// What a session needs of the client around it.

import type { MediaLink, Place } from './media-layer.js';
import type { Description, EndReason, Signal } from './protocol.js';

/** Why a call is over for this device, and what this device's part was until then. */
export interface SessionEnd {
  reason: EndReason;
  /** The part that this device had. */
  from: Place;
  /** The user who ended it, where somebody did. */
  endedBy?: string;
}

/** What a session needs of the client around it. */
export interface SessionHost extends Omit<MediaLink, 'call' | 'place' | 'changed'> {
  readonly deviceId: string;
  /** Something about the session has changed. */
  changed(): void;
  /** The call is over here. */
  finished(end: SessionEnd): void;
  /** A party's answer came for this call. */
  answered(userId: string, answer: Description): void;
  /** A signal of another party came for this call. */
  signalled(signal: Signal): void;
}

/** How to pick up. */
export interface AcceptOptions {
  /** With the camera; as the call was started when left out. */
  video?: boolean;
  /** The answer to the caller's offer, for an app with WebRTC of its own. */
  answer?: Description | Promise<Description>;
}
