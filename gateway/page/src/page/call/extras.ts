// What a call has beside faces: screens, quality, and what else can be done.

import type { Session } from '@orleanscalls/client';
import type { Quality } from '../tile';
import type { MenuItem } from '../ui/menu';
import { t } from '../words/table';

const pictures = new WeakMap<MediaStream, MediaStream>();

/** Screens that are shown; the own one without its sound, which would come back. */
export function screens({ media }: Session, me: string): { userId: string; stream: MediaStream }[] {
  const { screen, screenOf } = media;
  const theirs = screenOf === undefined ? undefined : media.peer(screenOf)?.media.remoteScreen;
  return [
    ...(screenOf !== undefined && theirs ? [{ userId: screenOf, stream: theirs }] : []),
    ...(screen ? [{ userId: me, stream: pictureOf(screen) }] : []),
  ];
}

/** How good the connection with somebody is, and what is done about it. */
export function quality({ media }: Session, userId: string): Quality | undefined {
  const peer = media.peer(userId);
  if (peer?.isReconnecting)
    return { level: 0, words: t('reconnecting') };
  const current = peer?.quality.current;
  if (!peer || !current)
    return undefined;
  const words = [t(({ good: 'qualityGood', fair: 'qualityFair', poor: 'qualityPoor' } as const)[current.level])];
  if (peer.quality.saving !== 'none')
    words.push(t(peer.quality.saving === 'smaller' ? 'savingSmaller' : 'savingAudio'));
  if (current.level !== 'good')
    words.push(t('qualityDetail', { loss: current.lossPercent, ms: Math.round(current.roundTripMs ?? 0) }));
  return { level: ({ good: 3, fair: 2, poor: 1 } as const)[current.level], words: words.join(' ') };
}

/** What can be done with the call, in a list behind one button. */
export function more(session: Session, run: (work: Promise<unknown>) => void, showDevices: () => void): MenuItem[] {
  const { media } = session;
  const isTalking = session.talkingMs !== undefined;
  return [
    ...(media.canShareScreen ? [{
      id: 'screen', icon: 'screen' as const, label: t(media.screen ? 'stopSharing' : 'shareScreen'), disabled: !isTalking,
      run: () => media.screen ? media.stopScreen() : run(media.shareScreen()),
    }] : []),
    ...(media.canBlur ? [{ id: 'blur', icon: 'video' as const, label: t('blur'), checked: media.blurred, run: () => run(media.setBlur(!media.blurred)) }] : []),
    { id: 'devices', icon: 'settings' as const, label: t('devices'), run: showDevices },
  ];
}

function pictureOf(screen: MediaStream): MediaStream {
  const known = pictures.get(screen) ?? new MediaStream(screen.getVideoTracks());
  pictures.set(screen, known);
  return known;
}
