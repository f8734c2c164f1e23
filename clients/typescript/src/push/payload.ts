// The push payload, and the messages between page and service worker. Both may be of different versions.

import type { Media } from '../calls/protocol.js';

/** The payload of a Web Push. All values are strings; fields may be added. */
export interface CallPush {
  /** A ring, its end, or a missed call. */
  type: 'call_incoming' | 'call_cancelled' | 'call_missed';
  callId: string;
  /** The same for all pushes of a call. */
  callUuid: string;
  callerId: string;
  /** May be empty or missing. */
  callerName?: string;
  media: Media;
  conversationId?: string;
  /** The ring deadline; for a missed call, its end. */
  ringUntil: string;
  /** The push's lifetime in milliseconds, from `sentAt` on. */
  ttlMs: string;
  sentAt: string;
  /** The inviting user, if not the caller. */
  invitedById?: string;
  invitedByName?: string;
  /** A bearer token for this call and this device, valid for five minutes; in a ring only. */
  actionToken?: string;
}

/** The payload of a test ring: acknowledged, and not shown. */
export interface TestPush {
  type: 'test_ring';
  testId: string;
  /** A bearer token for the acknowledgement, valid for five minutes. */
  actionToken?: string;
}

const types = ['call_incoming', 'call_cancelled', 'call_missed'];

/** Returns the push, or undefined if it is not from this service, or from a newer one. */
export function readPush(data: { json(): unknown } | null | undefined): CallPush | undefined {
  try {
    const push = data?.json() as CallPush | undefined;
    return push && types.includes(push.type) && typeof push.callId === 'string' ? push : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the test ring, or undefined for another push. */
export function readTest(data: { json(): unknown } | null | undefined): TestPush | undefined {
  try {
    const push = data?.json() as TestPush | undefined;
    return push?.type === 'test_ring' && typeof push.testId === 'string' ? push : undefined;
  } catch {
    return undefined;
  }
}

/** Messages from service worker to page. A page that does not know a message does not reply, which counts as no. */
export type Question =
  /** Whether the page is connected as the ringing device, and shows its calls itself. */
  | { orleanscalls: 'shows'; callId: string }
  /** A notification was clicked: whether the page shows this call, and accepts or declines it if requested. */
  | { orleanscalls: 'open'; callId: string; answer: boolean; decline?: boolean }
  /** The browser has changed the subscription: whether the page registers it again. */
  | { orleanscalls: 'renew' };
