// The commands of the hub: protocol.md, section 3.

import type {
  Call, Description, IceServers, Media, MediaState, PastCall, Presence, PushProvider, Settings, SignalKind, TestRing,
} from './protocol.js';

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
