// The package's own messages between two clients, beyond the protocol.

import type { ScreenInfo } from './screen.js';

/** The state of one side's outgoing media. */
export interface MediaStatus {
  /** Whether the microphone sends audio. */
  audio: boolean;
  /** Whether the camera sends video. */
  video: boolean;
  /** The screen, while it is shared. */
  screen?: ScreenInfo;
  /** The call is on hold. */
  held?: boolean;
  /** Whether the camera's video is paused because of the network. */
  saving?: boolean;
}

/** The payload of `custom` signals that this package sends and reads. Others, and unknown fields, are the app's own. */
export interface CustomSignal {
  /** The other side needs an offer: it has none. */
  requestOffer?: boolean;
  /** The sender has lost its peer connection (a reload); both create a new one. */
  restart?: boolean;
  /** The sender's active media. */
  media?: MediaStatus;
  /** The sender leaves a continuing call. */
  bye?: boolean;
}

/** Returns the status in another client's message; undefined if malformed. */
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
