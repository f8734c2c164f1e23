import type { StartOptions } from './options.js';
import type { Call } from './protocol.js';

/** A call as its caller shows it until the service has taken it. */
export function draftOf(
  request: StartOptions & { callId: string }, userId: string, deviceId: string, name: string | undefined,
): Call {
  const now = new Date().toISOString();
  return {
    callId: request.callId,
    caller: { id: userId, deviceId, ...(name ? { name } : {}) },
    media: request.media,
    // The choice of media layer may depend on it.
    ...(request.metadata ? { metadata: request.metadata } : {}),
    state: 'ringing',
    ringUntil: now,
    createdAt: now,
    seq: 0,
    legs: request.calleeIds.map(userId => ({ userId, state: 'notifying' })),
  };
}
