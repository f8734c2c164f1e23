// The page's texts about quality, missing browser features, and do-not-disturb.

import type { Quality, Saving } from '@orleanscalls/client';
import type { Lack } from '@orleanscalls/client/browser';
import { locale, t } from './words/table';
import type { Key } from './words/table';

/** A missing feature, and its remedy. */
export const lackWords: Record<Lack, Key> = {
  insecure: 'lackInsecure', no_webrtc: 'lackWebRtc', no_websocket: 'lackWebSocket', no_microphone: 'lackMicrophone',
  no_camera: 'lackCamera',
  microphone_denied: 'lackMicrophoneDenied', camera_denied: 'lackCameraDenied', storage_blocked: 'lackStorage',
  notifications_off: 'lackNotifications',
  notifications_denied: 'lackNotificationsDenied', no_sound: 'lackSound',
};

/** The texts of a decline. */
export const quickMessages = ['messageLater', 'messageOnMyWay', 'messageCannotTalk'] as const;

const levels = { good: 'qualityGood', fair: 'qualityFair', poor: 'qualityPoor' } as const;
const routes = { host: 'routeDirect', srflx: 'routeRouter', prflx: 'routeRouter', relay: 'routeRelay' } as const;

/** A connection's quality, and the adaptation to it. */
export function qualityWords({ level }: Pick<Quality, 'level'>, saving: Saving): string {
  const quality = t(levels[level]);
  return saving === 'none' ? quality : t(saving === 'smaller' ? 'savingSmaller' : 'savingAudioOnly', { quality });
}

/** The figures behind it. */
export function qualityDetail({ lossPercent, roundTripMs, jitterMs, route }: Quality): string {
  return [
    t('detailLoss', { n: lossPercent }), roundTripMs !== undefined && t('detailRoundTrip', { n: Math.round(roundTripMs) }),
    jitterMs !== undefined && t('detailJitter', { n: Math.round(jitterMs) }), route && t(routes[route]),
  ].filter(Boolean).join(', ');
}

/** The choices for do-not-disturb: a duration in milliseconds, or indefinitely. */
export function quietTimes(now = new Date()): { words: string; forMs?: number }[] {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  if (morning <= now)
    morning.setDate(morning.getDate() + 1);
  return [
    { words: t('dndForEver') }, { words: t('dndHour'), forMs: 3_600_000 }, { words: t('dndEvening'), forMs: 8 * 3_600_000 },
    { words: t('dndMorning'), forMs: morning.getTime() - now.getTime() },
  ];
}

export const quietUntil = (time: string): string =>
  t('dndUntilTime', { when: new Date(time).toLocaleString(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) });
