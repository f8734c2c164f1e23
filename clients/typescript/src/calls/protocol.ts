// The wire format: protocol.md, sections 1 to 4. camelCase, times as ISO 8601 strings, enums in lower snake case.

export type * from './commands.js';

/** The kind of a call. */
export type Media = 'audio' | 'video';
/** The state of a call; `ended` is final. */
export type CallState = 'ringing' | 'connecting' | 'active' | 'ended';
/** The state of one callee's leg. */
export type LegState =
  | 'notifying' | 'push_sent' | 'ringing' | 'accepted' | 'joined'
  | 'declined' | 'busy' | 'missed' | 'left' | 'blocked';
/** The progress of reaching a callee. */
export type RingStage = 'notifying' | 'push_sent' | 'ringing';
/** The kind of a signal between two devices. */
export type SignalKind = 'candidate' | 'offer' | 'answer' | 'end_of_candidates' | 'custom';
/** The state of a device's media path. */
export type MediaState = 'connecting' | 'connected' | 'disconnected' | 'failed';
/** The result of a past call, from its history owner's view. */
export type Outcome = 'answered' | 'declined' | 'missed' | 'cancelled' | 'unanswered' | 'failed';
/** The provider of a push token. */
export type PushProvider = 'fcm' | 'apns_voip' | 'web_push';

/**
 * The reason for a call's end. The last two are sent to single devices only: the call itself continues, or was handled, on
 * another device of this user.
 */
export type EndReason =
  | 'completed' | 'cancelled' | 'rejected' | 'busy' | 'no_answer' | 'unreachable' | 'connect_timeout'
  | 'lost' | 'replaced' | 'ended_by_admin' | 'failed'
  | 'answered_elsewhere' | 'rejected_elsewhere';

/** The caller. */
export interface Caller {
  id: string;
  name?: string;
  deviceId?: string;
  /** Left while others continue. A caller who was invited back has a leg, which then applies. */
  left?: boolean;
}

/** One callee's leg of a call. */
export interface Leg {
  userId: string;
  name?: string;
  state: LegState;
  /** The device that accepted. */
  deviceId?: string;
  /** The callee's text for a decline. */
  reason?: string;
}

/** A call as sent by the service. */
export interface Call {
  callId: string;
  caller: Caller;
  media: Media;
  /** The app's conversation id. */
  conversationId?: string;
  /** The app's flat data, 4 KiB at most; may carry an SFU's room and token. */
  metadata?: Record<string, string>;
  state: CallState;
  ringUntil: string;
  createdAt: string;
  answeredAt?: string;
  endedAt?: string;
  endReason?: EndReason;
  endedBy?: string;
  /** Increases by one with each event of the call. */
  seq: number;
  legs: Leg[];
  /** The inviting party, sent to a callee who was not invited by the caller. */
  invitedBy?: { id: string; name: string };
}

/** A session description. */
export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

/** One entry for `RTCPeerConnection`'s `iceServers`. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** ICE servers, and the lifetime of their credentials. */
export interface IceServers {
  iceServers: IceServer[];
  ttlSeconds: number;
}

/** A call that rings on this device. */
export interface IncomingCall extends Call {
  offer?: Description;
  iceServers?: IceServer[];
}

/** A call to which a device is restored; with the missed events if the device sent its last `seq`. */
export interface OpenCall extends IncomingCall {
  answer?: Description;
  events?: { event: string; payload: unknown }[];
}

/** The measurements of one user's devices over a whole call, and the user's rating. */
export interface CallQuality {
  /** The mean packet loss in percent, 0 to 100. */
  lossPercent?: number;
  /** The worst measurement. */
  worstLossPercent?: number;
  roundTripMs?: number;
  jitterMs?: number;
  /** The last route of the media. */
  route?: 'host' | 'srflx' | 'prflx' | 'relay';
  /** 1 (bad) to 5 (good). */
  stars?: number;
}

/** A past call, from its history owner's view. */
export interface PastCall extends Call {
  outcome: Outcome;
  /** This user's measurements and rating; missing when there are neither. */
  quality?: CallQuality;
  /** The cursor for the next page, on the last item of a page. */
  next?: string;
}

/** A callee's progress. */
export interface CallProgress { callId: string; seq: number; userId: string; name?: string; stage: RingStage }
/** A callee accepted; with the answer, if it was sent with the accept. */
export interface CallAccepted {
  callId: string; seq: number; userId: string; name?: string; deviceId?: string; answer?: Description;
}
/** The accepting device is ready for media. */
export interface CallReady { callId: string; seq: number; userId: string; answer?: Description }
/** A callee declined. */
export interface CallRejected { callId: string; seq: number; userId: string; name?: string; reason?: string }
/** An event of one party of a call. */
export interface PartyEvent { callId: string; seq: number; userId: string; answer?: Description }
/** The call is over for this device. */
export interface CallEnded { callId: string; seq: number; reason: EndReason; endedBy?: string; durationMs?: number }
/** A signal from the peer device. */
export interface Signal { callId: string; fromUserId: string; kind: SignalKind; payload: unknown }
/** The calls to which a device is restored when it connects. */
export interface OpenCalls { calls: OpenCall[]; missedCount: number }
/** Whether a user has a device connected. */
export interface Presence { userId: string; online: boolean; lastSeen?: string }
/** Missed calls were acknowledged, on any device of this user. */
export interface MissedCallsAcked { upTo: string }
/** A notice of the app's back end. */
export interface Notification { type: string; payload: unknown }
/** An operator's test ring: acknowledged, and not shown. */
export interface TestRing { testId: string }
/** This server is shutting down: reconnect after this many milliseconds. */
export interface Reconnect { afterMs: number }

/** The user's own settings. */
export interface Settings {
  doNotDisturb: boolean;
  /** The end of do-not-disturb; indefinite when missing. */
  doNotDisturbUntil?: string;
  /** Whether calls ring during another call. */
  callWaiting: boolean;
  /** Users whose calls are rejected; 1,000 at most. */
  blocked: string[];
}

/** The hub's events and their payloads. */
export interface HubEvents {
  CallIncoming: IncomingCall;
  CallProgress: CallProgress;
  CallAccepted: CallAccepted;
  CallReady: CallReady;
  CallRejected: CallRejected;
  CallUpdated: Call;
  CallEnded: CallEnded;
  SignalReceived: Signal;
  OpenCalls: OpenCalls;
  PresenceChanged: Presence;
  MissedCallsAcked: MissedCallsAcked;
  NotificationReceived: Notification;
  SettingsChanged: Settings;
  TestRing: TestRing;
  Reconnect: Reconnect;
  Displaced: object;
}

/** The part of the service's configuration that the package uses. */
export interface ServiceConfig {
  /** The `applicationServerKey` of Web Push; missing when the service has none. */
  webPushKey?: string;
}

const finalLegs: readonly LegState[] = ['declined', 'busy', 'missed', 'left', 'blocked'];

/** Whether this callee has left the call. */
export const legIsOver = (leg: Leg): boolean => finalLegs.includes(leg.state);

/** Whether this callee is connected, or connecting. */
export const legIsIn = (leg: Leg): boolean => leg.state === 'accepted' || leg.state === 'joined';

/** Whether this callee is still ringing. */
export const legIsPending = (leg: Leg): boolean => !legIsOver(leg) && !legIsIn(leg);
