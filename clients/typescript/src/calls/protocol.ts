// What goes over the wire: protocol.md, sections 1 to 4. camelCase, times as ISO 8601 strings, enums in lower snake case.

export type * from './commands.js';

/** What a call was started as. */
export type Media = 'audio' | 'video';
/** The state of a call; `ended` is final. */
export type CallState = 'ringing' | 'connecting' | 'active' | 'ended';
/** The state of one callee's part. */
export type LegState =
  | 'notifying' | 'push_sent' | 'ringing' | 'accepted' | 'joined'
  | 'declined' | 'busy' | 'missed' | 'left' | 'blocked';
/** How far a callee has been reached. */
export type RingStage = 'notifying' | 'push_sent' | 'ringing';
/** What a signal between two devices is. */
export type SignalKind = 'candidate' | 'offer' | 'answer' | 'end_of_candidates' | 'custom';
/** The state of a device's media path. */
export type MediaState = 'connecting' | 'connected' | 'disconnected' | 'failed';
/** How a past call reads for the person whose history it is in. */
export type Outcome = 'answered' | 'declined' | 'missed' | 'cancelled' | 'unanswered' | 'failed';
/** Whose service carries a push. */
export type PushProvider = 'fcm' | 'apns_voip' | 'web_push';

/** Why a call is over. The last two are sent to single devices only: the call itself goes on, or was decided, on another device of this user. */
export type EndReason =
  | 'completed' | 'cancelled' | 'rejected' | 'busy' | 'no_answer' | 'unreachable' | 'connect_timeout'
  | 'lost' | 'replaced' | 'ended_by_admin' | 'failed'
  | 'answered_elsewhere' | 'rejected_elsewhere';

/** Who started a call. */
export interface Caller {
  id: string;
  name?: string;
  deviceId?: string;
  /** Left the call while others go on. A caller who was invited back has a leg, and that says what holds. */
  left?: boolean;
}

/** One callee's part in a call. */
export interface Leg {
  userId: string;
  name?: string;
  state: LegState;
  /** The device that accepted. */
  deviceId?: string;
  /** The callee's own words for a decline. */
  reason?: string;
}

/** A call as the service shows it. */
export interface Call {
  callId: string;
  caller: Caller;
  media: Media;
  /** The app's own conversation id. */
  conversationId?: string;
  /** The app's own flat data, 4 KiB at most; an SFU's room and token travel here. */
  metadata?: Record<string, string>;
  state: CallState;
  ringUntil: string;
  createdAt: string;
  answeredAt?: string;
  endedAt?: string;
  endReason?: EndReason;
  endedBy?: string;
  /** Grows by one with each event of the call. */
  seq: number;
  legs: Leg[];
  /** To a callee whom a party other than the caller invited: that party. */
  invitedBy?: { id: string; name: string };
}

/** An SDP. */
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

/** ICE servers, and for how long their credentials hold. */
export interface IceServers {
  iceServers: IceServer[];
  ttlSeconds: number;
}

/** A call that is to ring on this device. */
export interface IncomingCall extends Call {
  offer?: Description;
  iceServers?: IceServer[];
}

/** A call that a device is put back into; with the events it has missed, when it named a seq. */
export interface OpenCall extends IncomingCall {
  answer?: Description;
  events?: { event: string; payload: unknown }[];
}

/** What one person's devices measured over a whole call, and how the person rated it. */
export interface CallQuality {
  /** The mean share of packets that did not arrive, 0 to 100. */
  lossPercent?: number;
  /** The worst that was measured. */
  worstLossPercent?: number;
  roundTripMs?: number;
  jitterMs?: number;
  /** How media travelled last. */
  route?: 'host' | 'srflx' | 'prflx' | 'relay';
  /** 1 (bad) to 5 (good). */
  stars?: number;
}

/** A past call, and how it reads for the person whose history it is in. */
export interface PastCall extends Call {
  outcome: Outcome;
  /** What this user's devices measured, and how this user rated the call; missing when neither is known. */
  quality?: CallQuality;
  /** The cursor for the next page, on the last item of a page. */
  next?: string;
}

/** How far a callee has been reached. */
export interface CallProgress { callId: string; seq: number; userId: string; name?: string; stage: RingStage }
/** A callee accepted; with the answer, if it came with the accept. */
export interface CallAccepted {
  callId: string; seq: number; userId: string; name?: string; deviceId?: string; answer?: Description;
}
/** The accepting device can take media. */
export interface CallReady { callId: string; seq: number; userId: string; answer?: Description }
/** A callee declined. */
export interface CallRejected { callId: string; seq: number; userId: string; name?: string; reason?: string }
/** An event about one party of a call. */
export interface PartyEvent { callId: string; seq: number; userId: string; answer?: Description }
/** The call is over for this device. */
export interface CallEnded { callId: string; seq: number; reason: EndReason; endedBy?: string; durationMs?: number }
/** A signal from the peer device. */
export interface Signal { callId: string; fromUserId: string; kind: SignalKind; payload: unknown }
/** What a device is put back into when it connects. */
export interface OpenCalls { calls: OpenCall[]; missedCount: number }
/** Whether a user has a device connected. */
export interface Presence { userId: string; online: boolean; lastSeen?: string }
/** Missed calls were acknowledged, on any device of this user. */
export interface MissedCallsAcked { upTo: string }
/** An app back end's own notice. */
export interface Notification { type: string; payload: unknown }
/** Somebody asks whether this device would ring: it acknowledges, and shows nothing. */
export interface TestRing { testId: string }
/** This server is going away: connect again after so many milliseconds. */
export interface Reconnect { afterMs: number }

/** The user's own settings. */
export interface Settings {
  doNotDisturb: boolean;
  /** Until when; for ever when left out. */
  doNotDisturbUntil?: string;
  /** Ring also while in another call. */
  callWaiting: boolean;
  /** Users whose calls are not taken; 1,000 at most. */
  blocked: string[];
}

/** The events of the hub, and what comes with each. */
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

/** What a client needs to know of the service: the part that the package uses. */
export interface ServiceConfig {
  /** The `applicationServerKey` to subscribe to Web Push with; missing while the service has no Web Push. */
  webPushKey?: string;
}

const finalLegs: readonly LegState[] = ['declined', 'busy', 'missed', 'left', 'blocked'];

/** Whether this callee has no part in the call any more. */
export const legIsOver = (leg: Leg): boolean => finalLegs.includes(leg.state);

/** Whether this callee is in the conversation, or about to be. */
export const legIsIn = (leg: Leg): boolean => leg.state === 'accepted' || leg.state === 'joined';

/** Whether this callee is still being rung. */
export const legIsPending = (leg: Leg): boolean => !legIsOver(leg) && !legIsIn(leg);
