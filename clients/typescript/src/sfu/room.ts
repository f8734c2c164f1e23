// The interface between a call and an SFU's client.

import type { MediaState } from '../calls/protocol.js';

/** The kind of a published or received track. */
export type SfuSource = 'microphone' | 'camera' | 'screen' | 'screen_sound';

/** The room of a call's party, from the app's back end. */
export interface SfuAccess {
  /** The SFU's URL. */
  url: string;
  /** The call's room. */
  room: string;
  /** The token that lets this user join, under the user's own id: the SFU identifies participants by it. */
  token: string;
}

/** The events of an SFU's client. User ids are the service's. */
export interface SfuEvents {
  /** A party's track is available. */
  track(userId: string, source: SfuSource, track: MediaStreamTrack): void;
  /** The track is no longer available. */
  trackGone(userId: string, source: SfuSource, track: MediaStreamTrack): void;
  /** A party's track was muted or unmuted. */
  muted(userId: string, source: SfuSource, muted: boolean): void;
  /** The state of the connection to the SFU. */
  state(state: MediaState): void;
}

/** A joined room. */
export interface SfuRoom {
  /** Publishes a track; the caller stops it afterwards. */
  publish(source: SfuSource, track: MediaStreamTrack): Promise<void>;
  /** Unpublishes it. */
  unpublish(track: MediaStreamTrack): Promise<void>;
  /** Leaves; no event follows. */
  leave(): Promise<void>;
}

/** Joins a room, and reports to `events` from then on. Rejects on failure. */
export type SfuConnect = (access: SfuAccess, events: SfuEvents) => Promise<SfuRoom>;
