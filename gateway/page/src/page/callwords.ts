// What the page says of devices, quality, second calls and what the browser lacks.

import type { Quality, Saving } from '@orleanscalls/client';
import type { Lack } from '@orleanscalls/client/browser';

/** What is missing, and what to do about it. */
export const lackWords: Record<Lack, string> = {
  insecure: 'This page was not opened over https, so the browser gives it no microphone or camera: you can only listen. Open it by its https address, or as localhost.',
  no_webrtc: 'This browser cannot make calls (it has no WebRTC, or it is turned off). Use a current Chrome, Edge, Firefox or Safari.',
  no_websocket: 'This browser has no WebSockets, so no call can reach it. Use a current Chrome, Edge, Firefox or Safari.',
  no_microphone: 'There is no microphone. The others will not hear you; plug one in, and it is used at once.',
  no_camera: 'There is no camera. The others will not see you; plug one in to be seen.',
  microphone_denied: 'This page may not use the microphone. Allow it in the browser, beside the address.',
  camera_denied: 'This page may not use the camera. Allow it in the browser, beside the address.',
  storage_blocked: 'This browser keeps nothing for this page: after a reload you have to sign in again. Allow it to store data, or leave the private window.',
  notifications_off: 'A call is easily missed while you look at another window. Let this page show notifications.',
  notifications_denied: 'This page may not show notifications, so a call is easily missed while you look at another window. Allow them in the browser, beside the address.',
  no_sound: 'This browser plays no sounds: calls ring without one.',
};

export const soundLocked = 'Calls ring without a sound until you touch this page.';
export const soundUnlock = 'Turn the sound on';
export const allowNotifications = 'Allow notifications';
export const dismiss = 'Not now';

const levels = { good: 'Good connection', fair: 'Unsteady connection', poor: 'Bad connection' } as const;
const savings: Record<Saving, string> = { none: '', smaller: ', your picture is sent smaller', audio_only: ', your camera is paused' };

/** A person's connection in words, and what is done about it. */
export const qualityWords = ({ level }: Pick<Quality, 'level'>, saving: Saving): string => levels[level] + savings[saving];

/** The figures behind it, for those who ask. */
export function qualityDetail({ lossPercent, roundTripMs, jitterMs, route }: Quality): string {
  const via = { host: 'direct', srflx: 'through a router', prflx: 'through a router', relay: 'through a relay' };
  return [
    `${lossPercent} % lost`, roundTripMs !== undefined && `${Math.round(roundTripMs)} ms there and back`,
    jitterMs !== undefined && `${Math.round(jitterMs)} ms jitter`, route && via[route],
  ].filter(Boolean).join(', ');
}

export const quickMessages = ['I call you back in a minute.', 'Can you write to me instead?', 'I am in a meeting.'];

export const second = {
  hold: 'Hold and answer', end: 'End and accept', messages: 'Decline with a message',
  held: (who: string) => `${who} is on hold.`, resume: 'Go on', onHold: 'On hold',
};

export const screenWords = {
  share: 'Share your screen', stop: 'Stop sharing', sharing: 'You share your screen.',
  of: (who: string) => `Screen of ${who}`,
};

export const deviceDialog = {
  title: 'Microphone, camera, speaker', audio: 'Microphone', video: 'Camera', speaker: 'Speaker', system: 'The system\'s choice',
  level: 'Loudness of your microphone', preview: 'Preview of your camera', close: 'Done', blur: 'Blur the background',
};

export const rating = {
  ask: 'How was the call?', star: (stars: number) => `${stars} of 5`, thanks: 'Thank you.',
};

/** Until when calls do not ring: in so many milliseconds, or for good. */
export function quietTimes(now = new Date()): { words: string; forMs?: number }[] {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  if (morning <= now)
    morning.setDate(morning.getDate() + 1);
  return [
    { words: 'until I turn it off' }, { words: 'for an hour', forMs: 3_600_000 }, { words: 'for 8 hours', forMs: 8 * 3_600_000 },
    { words: 'until 8 in the morning', forMs: morning.getTime() - now.getTime() },
  ];
}

export const quietUntil = (time: string): string =>
  `Until ${new Date(time).toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })}`;
