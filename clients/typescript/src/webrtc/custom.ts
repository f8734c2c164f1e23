// What two clients agree on beyond the protocol.

import type { ScreenInfo } from './screen.js';

/** What one side says of what it sends. */
export interface MediaStatus {
  /** Whether there is sound of its microphone. */
  audio: boolean;
  /** Whether there is a picture of its camera. */
  video: boolean;
  /** Its screen, while it shares one. */
  screen?: ScreenInfo;
  /** It talks in another call for now. */
  held?: boolean;
  /** There would be a picture, were the network better. */
  saving?: boolean;
}

/** The payload of signals of the kind `custom` that this package sends and reads. Others, and unknown fields, are the app's own. */
export interface CustomSignal {
  /** The other side needs an offer: it has none. */
  requestOffer?: boolean;
  /** The sender has lost its peer connection (a reload); both build a new one. */
  restart?: boolean;
  /** What the sender has on. */
  media?: MediaStatus;
  /** The sender leaves a call that goes on without it. */
  bye?: boolean;
}

/** The status in what another client sent; undefined when it is of no use. */
export function readStatus(payload: unknown): MediaStatus | undefined {
  const { audio, video, screen, held, saving } = (payload ?? {}) as Partial<Record<keyof MediaStatus, unknown>>;
  if (typeof audio !== 'boolean' || typeof video !== 'boolean')
    return undefined;
  const { id, turn } = (screen ?? {}) as { id?: unknown; turn?: unknown };
  return {
    audio, video,
    ...(typeof id === 'string' && typeof turn === 'number' && Number.isSafeInteger(turn) ? { screen: { id, turn } } : {}),
    ...(held === true ? { held } : {}),
    ...(saving === true ? { saving } : {}),
  };
}
