// What goes over the wire: protocol.md, sections 1 to 4. camelCase, times as ISO 8601 strings, enums in lower snake case.

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
export interface CallAccepted { callId: string; seq: number; userId: string; name?: string; deviceId?: string; answer?: Description }
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

/** Some of the user's own settings; what is left out stays as it is. `doNotDisturb` without an end beside it has none. */
export interface SettingsChange {
  doNotDisturb?: boolean;
  /** Until when; null for ever. */
  doNotDisturbUntil?: string | null;
  callWaiting?: boolean;
  blocked?: string[];
}

/** What `StartCall` takes. */
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

/** What concerns one call. */
export interface CallRequest { callId: string }

/** What a device measured of its media path over the last seconds. */
export interface MediaStats {
  /** The share of packets that did not arrive, of the worse direction, 0 to 100. */
  lossPercent: number;
  /** In one word. */
  level: 'good' | 'fair' | 'poor';
  /** To the other side and back, 0 to 60,000. */
  roundTripMs?: number;
  /** How irregularly sound arrives, 0 to 60,000. */
  jitterMs?: number;
  /** Directly, past a NAT, or through a TURN server. */
  route?: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** How a device's media path is. */
export interface MediaReport {
  callId: string;
  state: MediaState;
  /** Whether sound is sent. */
  audio?: boolean;
  /** Whether a camera's picture is sent. */
  video?: boolean;
  /** Whether a screen is shared. */
  screen?: boolean;
  stats?: MediaStats;
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

/** The commands of the hub: what each takes, and what it answers. */
export interface HubCommands {
  /** Rings people. The same `callId` again answers the same call. */
  StartCall(request: StartCallRequest): Call;
  /** This device is alerting now. */
  AckRinging(request: CallRequest): Call;
  /** Takes the call on this device; `ready: false` means picked up, still starting. */
  AcceptCall(request: CallRequest & { answer?: Description; ready?: boolean }): Call;
  /** This device can take media now. */
  ReadyCall(request: CallRequest & { answer?: Description }): Call;
  /** Declines; `reason` is free text of 128 characters at most. */
  RejectCall(request: CallRequest & { reason?: string }): Call;
  /** Cancels, or hangs up. */
  EndCall(request: CallRequest & { reason?: string }): Call;
  /** Stops the ringing on all devices of this user; the caller is not told. */
  SilenceCall(request: CallRequest): null;
  /** The caller's offer, for a callee while the call rings or connects. */
  RequestOffer(request: CallRequest): { callId: string; offer?: Description };
  /** Passes a signal to the peer device; `toUserId` may be left out while there are two parties. */
  SendSignal(request: CallRequest & { kind: SignalKind; payload: unknown; toUserId?: string }): null;
  /** Rings more people into a live call. */
  InviteToCall(request: CallRequest & { calleeIds: string[] }): Call;
  /** Takes a live call of this user over on this device. */
  MoveCall(request: CallRequest): Call;
  /** Reports how this device's media path is. */
  ReportMedia(request: MediaReport): null;
  /** Rates a call that this user took part in, 1 (bad) to 5 (good), once it is over; the last rating holds. */
  RateCall(request: CallRequest & { stars: number }): null;
  /** The call as it now is. */
  GetCall(request: CallRequest): Call;
  /** The open calls of this user. */
  GetOpenCalls(): Call[];
  /** ICE servers with credentials made for now. */
  GetIceServers(): IceServers;
  /** Keeps this device's push token. */
  SetPushToken(request: { provider: PushProvider; token: string }): null;
  /** Forgets this device's push token. */
  ClearPushToken(request: { provider: PushProvider }): null;
  /** Reports these users by `PresenceChanged` from now on; 200 at most. */
  WatchPresence(request: { userIds: string[] }): Presence[];
  /** Stops reporting these users. */
  UnwatchPresence(request: { userIds: string[] }): null;
  /** Past calls, newest first; `limit` is 1 to 100. */
  GetHistory(request: { before?: string; limit?: number; missedOnly?: boolean }): PastCall[];
  /** Missed calls up to that time, by the service's clock, are seen. */
  AckMissedCalls(request: { upTo: string }): null;
  /** The settings of this user. */
  GetSettings(): Settings;
  /** Changes some of the settings; answers all of them. */
  ChangeSettings(request: SettingsChange): Settings;
  /** This device would ring; the client sends it by itself. */
  AckTestRing(request: TestRing): null;
}

/** The name of a command. */
export type HubCommand = keyof HubCommands;
/** What a command takes. */
export type CommandArguments<K extends HubCommand> = Parameters<HubCommands[K]>;
/** What a command answers. */
export type CommandAnswer<K extends HubCommand> = ReturnType<HubCommands[K]>;
/** Sends a command; repeats it, over a new connection if need be, until its outcome is known. Rejects with a `CallError`. */
export type SendCommand = <K extends HubCommand>(command: K, ...args: CommandArguments<K>) => Promise<CommandAnswer<K>>;

const finalLegs: readonly LegState[] = ['declined', 'busy', 'missed', 'left', 'blocked'];

/** Whether this callee has no part in the call any more. */
export const legIsOver = (leg: Leg): boolean => finalLegs.includes(leg.state);

/** Whether this callee is in the conversation, or about to be. */
export const legIsIn = (leg: Leg): boolean => leg.state === 'accepted' || leg.state === 'joined';

/** Whether this callee is still being rung. */
export const legIsPending = (leg: Leg): boolean => !legIsOver(leg) && !legIsIn(leg);
