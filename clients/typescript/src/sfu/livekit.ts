// A LiveKit SFU, as an example of an adapter. The library is the app's; this file only declares what it uses of it.

import type { MediaState } from '../calls/protocol.js';
import type { SfuConnect, SfuSource } from './room.js';

/** The part of the library `livekit-client` that is used. */
export interface LiveKitLibrary {
  /** The class `Room`. */
  Room: new () => LiveKitRoom;
}

/** The part of `Room` that is used. */
export interface LiveKitRoom {
  /** Connects with a token that names the user id as its identity. */
  connect(url: string, token: string): Promise<void>;
  /** Leaves. */
  disconnect(): Promise<void>;
  /** Adds a listener; the events are `RoomEvent`'s. */
  on(event: string, listener: (...args: never[]) => void): unknown;
  /** Removes a listener. */
  removeAllListeners(): unknown;
  readonly localParticipant: {
    /** Publishes a track. */
    publishTrack(track: MediaStreamTrack, options: { source: string; name?: string }): Promise<unknown>;
    /** Unpublishes a track; `stop` says whether the track is stopped, too. */
    unpublishTrack(track: MediaStreamTrack, stop: boolean): Promise<unknown>;
  };
}

interface Publication { source: string }
interface Participant { identity: string }

const sources: Record<SfuSource, string> = {
  microphone: 'microphone', camera: 'camera', screen: 'screen_share', screen_sound: 'screen_share_audio',
};
const states: Record<string, MediaState> = {
  connecting: 'connecting', connected: 'connected', reconnecting: 'disconnected', signalReconnecting: 'connected',
  disconnected: 'failed',
};

/** `sfu({ connect: liveKit(await import('livekit-client')) })` */
export function liveKit({ Room }: LiveKitLibrary): SfuConnect {
  return async ({ url, token }, events) => {
    const room = new Room();
    const sourceOf = (publication: Publication) =>
      (Object.keys(sources) as SfuSource[]).find(source => sources[source] === publication.source);
    const listen = (
      event: string, tell: (source: SfuSource, userId: string, track: { mediaStreamTrack: MediaStreamTrack }) => void,
    ) =>
      room.on(event, (track: { mediaStreamTrack: MediaStreamTrack }, publication: Publication, participant: Participant) => {
        const source = sourceOf(publication);
        if (source)
          tell(source, participant.identity, track);
      });
    listen('trackSubscribed', (source, userId, track) => events.track(userId, source, track.mediaStreamTrack));
    listen('trackUnsubscribed', (source, userId, track) => events.trackGone(userId, source, track.mediaStreamTrack));
    for (const [event, muted] of [['trackMuted', true], ['trackUnmuted', false]] as const)
      room.on(event, (publication: Publication, participant: Participant) => {
        const source = sourceOf(publication);
        if (source)
          events.muted(participant.identity, source, muted);
      });
    room.on('connectionStateChanged', (state: string) => events.state(states[state] ?? 'connecting'));
    await room.connect(url, token);
    return {
      publish: async (source, track) =>
        void await room.localParticipant.publishTrack(track, { source: sources[source], name: source }),
      unpublish: async track => void await room.localParticipant.unpublishTrack(track, false),
      leave: async () => {
        room.removeAllListeners();
        await room.disconnect();
      },
    };
  };
}
