// The commands of the hub: protocol.md, section 3.

import type {
  Call, Description, IceServers, Media, MediaState, PastCall, Presence, PushProvider, Settings, SignalKind, TestRing,
} from './protocol.js';

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
