// The wire format: protocol.md, sections 1 to 4. camelCase, times as ISO 8601 strings, enums in lower snake case.

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
export interface CallAccepted { callId: string; seq: number; userId: string; name?: string; deviceId?: string; answer?: Description }
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

/** Some of the user's settings; missing ones stay unchanged. `doNotDisturb` without an end is indefinite. */
export interface SettingsChange {
  doNotDisturb?: boolean;
  /** The end of do-not-disturb; null for indefinite. */
  doNotDisturbUntil?: string | null;
  callWaiting?: boolean;
  blocked?: string[];
}

/** Arguments of `StartCall`. */
export interface StartCallRequest {
  callId?: string;
  calleeIds: string[];
  media: Media;
  offer?: Description;
  conversationId?: string;
  metadata?: Record<string, string>;
  /** 10 to 180. */
  ringSeconds?: number;
}

/** Arguments of a command for one call. */
export interface CallRequest { callId: string }

/** A device's measurements of its media path over the last seconds. */
export interface MediaStats {
  /** The packet loss of the worse direction in percent, 0 to 100. */
  lossPercent: number;
  /** The overall quality. */
  level: 'good' | 'fair' | 'poor';
  /** The round-trip time in milliseconds, 0 to 60,000. */
  roundTripMs?: number;
  /** The jitter in milliseconds, 0 to 60,000. */
  jitterMs?: number;
  /** The route: direct, through a NAT, or through a TURN server. */
  route?: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** The state of a device's media path. */
export interface MediaReport {
  callId: string;
  state: MediaState;
  /** Whether audio is sent. */
  audio?: boolean;
  /** Whether the camera's video is sent. */
  video?: boolean;
  /** Whether a screen is shared. */
  screen?: boolean;
  stats?: MediaStats;
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

/** The hub's commands: arguments and results. */
export interface HubCommands {
  /** Starts a call. A repeated `callId` returns the same call. */
  StartCall(request: StartCallRequest): Call;
  /** This device is ringing. */
  AckRinging(request: CallRequest): Call;
  /** Accepts the call on this device; `ready: false` means picked up, but still starting. */
  AcceptCall(request: CallRequest & { answer?: Description; ready?: boolean }): Call;
  /** This device is ready for media. */
  ReadyCall(request: CallRequest & { answer?: Description }): Call;
  /** Declines; `reason` is free text of 128 characters at most. */
  RejectCall(request: CallRequest & { reason?: string }): Call;
  /** Cancels, or hangs up. */
  EndCall(request: CallRequest & { reason?: string }): Call;
  /** Stops the ringing on all devices of this user; the caller is not notified. */
  SilenceCall(request: CallRequest): null;
  /** The caller's offer, for a callee while the call rings or connects. */
  RequestOffer(request: CallRequest): { callId: string; offer?: Description };
  /** Sends a signal to the peer device; `toUserId` may be omitted in a call of two. */
  SendSignal(request: CallRequest & { kind: SignalKind; payload: unknown; toUserId?: string }): null;
  /** Invites more users to a live call. */
  InviteToCall(request: CallRequest & { calleeIds: string[] }): Call;
  /** Moves a live call of this user to this device. */
  MoveCall(request: CallRequest): Call;
  /** Reports the state of this device's media path. */
  ReportMedia(request: MediaReport): null;
  /** Rates a call of this user, 1 (bad) to 5 (good), after its end; the last rating counts. */
  RateCall(request: CallRequest & { stars: number }): null;
  /** Returns the call's current state. */
  GetCall(request: CallRequest): Call;
  /** Returns this user's open calls. */
  GetOpenCalls(): Call[];
  /** Returns ICE servers with new credentials. */
  GetIceServers(): IceServers;
  /** Registers this device's push token. */
  SetPushToken(request: { provider: PushProvider; token: string }): null;
  /** Removes this device's push token. */
  ClearPushToken(request: { provider: PushProvider }): null;
  /** Subscribes to these users' `PresenceChanged`; 200 at most. */
  WatchPresence(request: { userIds: string[] }): Presence[];
  /** Unsubscribes from these users. */
  UnwatchPresence(request: { userIds: string[] }): null;
  /** Returns past calls, newest first; `limit` is 1 to 100. */
  GetHistory(request: { before?: string; limit?: number; missedOnly?: boolean }): PastCall[];
  /** Acknowledges missed calls up to a time of the service's clock. */
  AckMissedCalls(request: { upTo: string }): null;
  /** Returns this user's settings. */
  GetSettings(): Settings;
  /** Changes some of the settings; returns all of them. */
  ChangeSettings(request: SettingsChange): Settings;
  /** Acknowledges a test ring; the client sends it automatically. */
  AckTestRing(request: TestRing): null;
}

/** The name of a command. */
export type HubCommand = keyof HubCommands;
/** A command's arguments. */
export type CommandArguments<K extends HubCommand> = Parameters<HubCommands[K]>;
/** A command's result. */
export type CommandAnswer<K extends HubCommand> = ReturnType<HubCommands[K]>;
/**
 * Sends a command, and retries it, over a new connection if necessary, until its outcome is known. Rejects with a `CallError`.
 */
export type SendCommand = <K extends HubCommand>(command: K, ...args: CommandArguments<K>) => Promise<CommandAnswer<K>>;

const finalLegs: readonly LegState[] = ['declined', 'busy', 'missed', 'left', 'blocked'];

/** Whether this callee has left the call. */
export const legIsOver = (leg: Leg): boolean => finalLegs.includes(leg.state);

/** Whether this callee is connected, or connecting. */
export const legIsIn = (leg: Leg): boolean => leg.state === 'accepted' || leg.state === 'joined';

/** Whether this callee is still ringing. */
export const legIsPending = (leg: Leg): boolean => !legIsOver(leg) && !legIsIn(leg);
