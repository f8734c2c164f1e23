// What goes over the wire: protocol.md, sections 1 to 4. camelCase, times as ISO 8601 strings, enums in lower snake case.

export type Media = 'audio' | 'video';
export type CallState = 'ringing' | 'connecting' | 'active' | 'ended';
export type LegState =
  | 'notifying' | 'push_sent' | 'ringing' | 'accepted' | 'joined'
  | 'declined' | 'busy' | 'missed' | 'left' | 'blocked';
export type RingStage = 'notifying' | 'push_sent' | 'ringing';
export type SignalKind = 'candidate' | 'offer' | 'answer' | 'end_of_candidates' | 'custom';
export type MediaState = 'connecting' | 'connected' | 'disconnected' | 'failed';
export type Outcome = 'answered' | 'declined' | 'missed' | 'cancelled' | 'unanswered' | 'failed';

export type EndReason =
  | 'completed' | 'cancelled' | 'rejected' | 'busy' | 'no_answer' | 'unreachable' | 'connect_timeout'
  | 'lost' | 'replaced' | 'ended_by_admin' | 'failed'
  // Told to single devices only, never the reason of the call itself.
  | 'answered_elsewhere' | 'rejected_elsewhere';

export interface Caller {
  id: string;
  name?: string;
  deviceId?: string;
}

export interface Leg {
  userId: string;
  name?: string;
  state: LegState;
  deviceId?: string;
  reason?: string;
}

export interface Call {
  callId: string;
  caller: Caller;
  media: Media;
  conversationId?: string;
  metadata?: Record<string, string>;
  state: CallState;
  ringUntil: string;
  createdAt: string;
  answeredAt?: string;
  endedAt?: string;
  endReason?: EndReason;
  endedBy?: string;
  seq: number;
  legs: Leg[];
}

export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export interface IceServers {
  iceServers: IceServer[];
  ttlSeconds: number;
}

export interface IncomingCall extends Call {
  offer?: Description;
  iceServers?: IceServer[];
}

/** A call that a device is put back into; with the events it has missed, when it named a seq. */
export interface OpenCall extends IncomingCall {
  answer?: Description;
  events?: { event: string; payload: unknown }[];
}

/** A past call, and how it reads for the person whose history it is in. `next` is the cursor, on the last item of a page. */
export interface PastCall extends Call {
  outcome: Outcome;
  next?: string;
}

export interface CallProgress { callId: string; seq: number; userId: string; stage: RingStage }
export interface CallAccepted { callId: string; seq: number; userId: string; deviceId?: string; answer?: Description }
export interface CallReady { callId: string; seq: number; userId: string; answer?: Description }
export interface CallRejected { callId: string; seq: number; userId: string; reason?: string }
export interface CallEnded { callId: string; seq: number; reason: EndReason; endedBy?: string; durationMs?: number }
export interface Signal { callId: string; fromUserId: string; kind: SignalKind; payload: unknown }
export interface OpenCalls { calls: OpenCall[]; missedCount: number }
export interface Presence { userId: string; online: boolean; lastSeen?: string }
export interface MissedAcked { upTo: string }
export interface Notification { type: string; payload: unknown }

export interface Settings {
  doNotDisturb: boolean;
  callWaiting: boolean;
  blocked: string[];
}

/** What the two ends agree on in signals of the kind `custom`. */
export interface CustomSignal {
  /** The service tells my own devices that one of them silenced the ringing. */
  silenced?: boolean;
  /** The other side needs an offer: it has none, or lost its peer connection. */
  requestOffer?: boolean;
  /** The sender has lost its peer connection (a reload); both build a new one. */
  restart?: boolean;
  /** Whether the sender has its microphone and camera on. */
  media?: { audio: boolean; video: boolean };
  /** The sender leaves a call that goes on without it. */
  bye?: boolean;
}

const finalLegs: readonly LegState[] = ['declined', 'busy', 'missed', 'left', 'blocked'];

/** Whether this callee has no part in the call any more. */
export const legIsOver = (leg: Leg): boolean => finalLegs.includes(leg.state);

/** Whether this callee is in the conversation, or about to be. */
export const legIsIn = (leg: Leg): boolean => leg.state === 'accepted' || leg.state === 'joined';

/** Whether this callee is still being rung. */
export const legIsPending = (leg: Leg): boolean => !legIsOver(leg) && !legIsIn(leg);
