// The seam between a call and an SFU: what its client has to do, in the fewest words.

import type { MediaState } from '../calls/protocol.js';

/** What a published or received track is. */
export type SfuSource = 'microphone' | 'camera' | 'screen' | 'screen_sound';

/** Where a party of a call joins, as the app's back end says. */
export interface SfuAccess {
  /** Where the SFU is. */
  url: string;
  /** The room of the call. */
  room: string;
  /** Lets this user in, under the user's own id: the SFU's participants are known by it. */
  token: string;
}

/** What an SFU's client reports. User ids are the service's. */
export interface SfuEvents {
  /** A party's track can be played. */
  track(userId: string, source: SfuSource, track: MediaStreamTrack): void;
  /** It cannot any more. */
  trackGone(userId: string, source: SfuSource, track: MediaStreamTrack): void;
  /** A party's track is silent or dark for now, or no longer. */
  muted(userId: string, source: SfuSource, muted: boolean): void;
  /** The state of the connection with the SFU. */
  state(state: MediaState): void;
}

/** A room that was joined. */
export interface SfuRoom {
  /** Sends a track; the caller stops it when it is done with. */
  publish(source: SfuSource, track: MediaStreamTrack): Promise<void>;
  /** Sends it no longer. */
  unpublish(track: MediaStreamTrack): Promise<void>;
  /** Leaves; no event follows. */
  leave(): Promise<void>;
}

/** Joins a room, and reports to `events` from then on. Rejects when that cannot be done. */
export type SfuConnect = (access: SfuAccess, events: SfuEvents) => Promise<SfuRoom>;
