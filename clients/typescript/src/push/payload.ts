// What a push carries, and what a page and its service worker ask each other. Either may be of another version than the other.

import type { Media } from '../calls/protocol.js';

/** The payload of a Web Push. All values are strings; fields may be added. */
export interface CallPush {
  /** A ring; its end; a missed call. */
  type: 'call_incoming' | 'call_cancelled' | 'call_missed';
  callId: string;
  /** The same for all pushes of a call. */
  callUuid: string;
  callerId: string;
  /** May be empty or missing. */
  callerName?: string;
  media: Media;
  conversationId?: string;
  /** The ring deadline; of a missed call, when it ended. */
  ringUntil: string;
  /** Milliseconds for which the push is useful, from `sentAt` on. */
  ttlMs: string;
  sentAt: string;
  /** The user who invites, if that is not the caller. */
  invitedById?: string;
  invitedByName?: string;
  /** A bearer token for this call and this device, for five minutes; a ring only. */
  actionToken?: string;
}

/** The payload of a test ring: acknowledged, and nothing is shown. */
export interface TestPush {
  type: 'test_ring';
  testId: string;
  /** A bearer token for the acknowledgement, for five minutes. */
  actionToken?: string;
}

const types = ['call_incoming', 'call_cancelled', 'call_missed'];

/** The push, or undefined: it is somebody else's, or of a newer service. */
export function readPush(data: { json(): unknown } | null | undefined): CallPush | undefined {
  try {
    const push = data?.json() as CallPush | undefined;
    return push && types.includes(push.type) && typeof push.callId === 'string' ? push : undefined;
  } catch {
    return undefined;
  }
}

/** The test ring, or undefined: it is another push. */
export function readTest(data: { json(): unknown } | null | undefined): TestPush | undefined {
  try {
    const push = data?.json() as TestPush | undefined;
    return push?.type === 'test_ring' && typeof push.testId === 'string' ? push : undefined;
  } catch {
    return undefined;
  }
}

/** What a service worker asks a page. A page that does not know a question does not answer it, which counts as no. */
export type Question =
  /** Are you connected as the device that is rung, so that you show its calls yourself? */
  | { orleanscalls: 'shows'; callId: string }
  /** A notification was clicked: do you show this call, and answer or decline it if so asked? */
  | { orleanscalls: 'open'; callId: string; answer: boolean; decline?: boolean }
  /** The browser has changed the subscription: do you register it anew? */
  | { orleanscalls: 'renew' };
