// What a session needs of the client around it.

import type { CallError } from './errors';
import type { EndReason, IceServer, Media } from './protocol';
import type { CallSession } from './session';

/** This device's part: it calls, it rings, it is in the call, another device of mine is, or all is over. */
export type Place = 'starting' | 'incoming' | 'here' | 'elsewhere' | 'over';

/** Why a call is over for this device, and what this device's part was until then. */
export interface SessionEnd {
  reason: EndReason;
  from: Place;
  endedBy?: string;
}

export interface SessionHost {
  readonly userId: string;
  readonly deviceId: string;
  /** Sends a command; repeats it, over a new connection if need be, until its outcome is known. */
  send<T>(method: string, argument: object): Promise<T>;
  iceServers(): Promise<IceServer[]>;
  changed(session: CallSession): void;
  finished(session: CallSession, end: SessionEnd): void;
  failed(error: CallError): void;
}

export interface StartRequest {
  callId: string;
  calleeIds: string[];
  media: Media;
  conversationId?: string;
  metadata?: Record<string, string>;
  ringSeconds?: number;
}

export const later = <T>(ms: number, value: T): Promise<T> => new Promise(resolve => setTimeout(resolve, ms, value));
