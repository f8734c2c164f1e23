// A client's state as stores, for an app's views.

import type { CallsClient } from '../calls/client.js';
import type { ConnectionState } from '../calls/connection.js';
import type { CallMedia, Place } from '../calls/media-layer.js';
import type { Call, Presence } from '../calls/protocol.js';
import type { CallSession } from '../calls/session.js';
import { ValueStore } from './store.js';
import type { Store } from './store.js';

/** A call's state at one moment. Every change creates a new object, so that views can compare by identity. */
export interface CallSnapshot<M extends CallMedia = CallMedia> {
  readonly callId: string;
  readonly place: Place;
  readonly call: Call;
  readonly isIncoming: boolean;
  readonly silenced: boolean;
  readonly others: readonly { userId: string; name: string }[];
  /** The live call, for its methods and its media. */
  readonly session: CallSession<M>;
}

/** A client's state as stores. */
export interface CallStores<M extends CallMedia = CallMedia> {
  /** The connection's state. */
  readonly connection: Store<ConnectionState>;
  /** All calls known to this device. */
  readonly calls: Store<readonly CallSnapshot<M>[]>;
  /** The oldest call that rings here. */
  readonly ringing: Store<CallSnapshot<M> | undefined>;
  /** The active call of this device, or one that it starts; not a held one. */
  readonly current: Store<CallSnapshot<M> | undefined>;
  /** The number of unacknowledged missed calls. */
  readonly missed: Store<number>;
  /** Watched users, by id. */
  readonly presence: Store<ReadonlyMap<string, Presence>>;
  /** Detaches from the client; the stores keep their last values. */
  close(): void;
}

/** Creates stores that follow a client. */
export function createStores<M extends CallMedia>(client: CallsClient<M>): CallStores<M> {
  const shots = new Map<CallSession<M>, CallSnapshot<M>>();
  const shot = (session: CallSession<M>) => {
    const known = shots.get(session) ?? snapshot(session);
    shots.set(session, known);
    return known;
  };
  const connection = new ValueStore<ConnectionState>(client.connectionState);
  const calls = new ValueStore<readonly CallSnapshot<M>[]>(client.calls.map(shot), sameItems);
  const ringing = new ValueStore<CallSnapshot<M> | undefined>(undefined);
  const current = new ValueStore<CallSnapshot<M> | undefined>(undefined);
  const missed = new ValueStore(client.missedCount);
  const presence = new ValueStore<ReadonlyMap<string, Presence>>(new Map());
  const show = () => {
    const sessions = client.calls;
    for (const session of shots.keys())
      if (!sessions.includes(session))
        shots.delete(session);
    const now = sessions.map(shot);
    calls.set(now);
    ringing.set(now.find(call => call.place === 'incoming'));
    current.set(now.find(call => (call.place === 'here' || call.place === 'starting') && call.session.media.held !== true));
  };
  const changed = (session: CallSession<M>) => {
    shots.delete(session);
    show();
  };
  const off = [
    client.on('connectionState', state => connection.set(state)),
    client.on('incoming', changed),
    client.on('callChanged', changed),
    client.on('ended', ({ session }) => changed(session)),
    client.on('missed', count => missed.set(count)),
    client.on('presence', one => presence.set(new Map(presence.getSnapshot()).set(one.userId, one))),
  ];
  show();
  return { connection, calls, ringing, current, missed, presence, close: () => off.forEach(stop => stop()) };
}

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

const snapshot = <M extends CallMedia>(session: CallSession<M>): CallSnapshot<M> => ({
  callId: session.callId,
  place: session.place,
  call: session.call,
  isIncoming: session.isIncoming,
  silenced: session.silenced,
  others: session.others,
  session,
});
