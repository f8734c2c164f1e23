// The operators' REST API, over the cookie of this page.

import { idInPath } from '@orleanscalls/client';
import { words } from './words';

const root = '/api/v1/admin';
/** A test ring waits 10 s for its devices. */
const patienceMs = 20_000;

/** An error response of the service, or no response at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly traceId?: string,
  ) {
    super(message);
  }
}

export interface Session {
  userId: string;
  name?: string;
  expiresAt: string;
}

export interface Party {
  userId: string;
  state: string;
}

export interface CallRow {
  callId: string;
  state: string;
  reason?: string;
  callerId: string;
  participants: Party[];
  media?: string;
  startedAt: string;
  answeredAt?: string;
  endedAt?: string;
  durationMs?: number;
}

export interface Entry {
  at: string;
  what: string;
  userId?: string;
  deviceId?: string;
  detail?: string;
  sentence?: string;
  remedy?: string;
}

interface CallNow {
  callId: string;
  state: string;
  media: string;
  caller: { id: string; name?: string };
  createdAt: string;
  answeredAt?: string;
  endedAt?: string;
  endReason?: string;
  legs: { userId: string; name?: string; state: string }[];
}

export interface Timeline {
  callId: string;
  call: CallNow;
  sentence?: string;
  remedy?: string;
  items: Entry[];
  turnNames?: { userId: string; name: string }[];
}

export interface User {
  userId: string;
  connections: { deviceId: string; platform?: string; connectedAt: string; gatewayId: string }[];
  pushDevices: { deviceId: string; provider: string; setAt: string }[];
  openCalls: { callId: string; state: string; leg?: string; callerId: string; isCaller: boolean; createdAt: string }[];
  missedCount: number;
  missed: { callId: string; callerId: string; callerName?: string; media: string; at: string }[];
  settings: { doNotDisturb: boolean; doNotDisturbUntil?: string; callWaiting: boolean; blocked: string[] };
  lastSeen?: string;
}

export interface Overview {
  at: string;
  openCalls: Record<string, number>;
  callsStarted: number;
  callsEnded: Record<string, number>;
  users: number;
  devices: number;
  gateways: { gatewayId: string; version: string; startedAt: string; users: number; devices: number; queued: number }[];
  silos: {
    address: string;
    name?: string;
    status: string;
    version?: string;
    startedAt?: string;
    openCalls: number;
    queued: number;
  }[];
  queues: Record<string, number>;
  pushes: { provider: string; type: string; result: string; count: number }[];
  providers: Record<string, string>;
  dashboard?: string;
}

export interface TestRingReport {
  summary: string;
  silencedBy: string[];
  devices: {
    deviceId: string;
    platform?: string;
    verdict: string;
    steps: { stage: string; outcome: string; durationMs?: number; error?: string; provider?: string; detail?: string }[];
  }[];
}

export interface Erasure {
  state: 'idle' | 'running' | 'done' | 'failed';
  error?: string;
  callsEnded: number;
  pushTokens: number;
  missedCalls: number;
  historyAnonymized: number;
  historyDeleted: number;
  idKeptUntil?: string;
}

async function send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { 'X-Calls-Admin': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch {
    throw new ApiError(0, words.noAnswer);
  }
  const text = await response.text();
  const json = text.startsWith('{') ? JSON.parse(text) : undefined;
  if (!response.ok) throw new ApiError(response.status, json?.detail ?? words.refused(response.status), json?.traceId);
  return json as T;
}

const query = (values: Record<string, string | number | undefined>) =>
  new URLSearchParams(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, String(value)]),
  );

export const api = {
  ways: () => send<{ issuer?: string }>('GET', '/admin/sign-in'),
  session: () => send<Session>('GET', `${root}/session`),
  signIn: (token: string) => send<Session>('POST', `${root}/session`, undefined, { Authorization: `Bearer ${token}` }),
  signOut: () => send<void>('DELETE', `${root}/session`),
  overview: () => send<Overview>('GET', `${root}/overview`),
  calls: (filter: Record<string, string | number | undefined>) =>
    send<{ calls: CallRow[]; next?: string; truncated?: boolean }>('GET', `${root}/calls?${query(filter)}`),
  timeline: (callId: string) => send<Timeline>('GET', `${root}/calls/${idInPath(callId)}/timeline`),
  endCall: (callId: string) => send<unknown>('POST', `${root}/calls/${idInPath(callId)}/end`),
  user: (userId: string) => send<User>('GET', `${root}/users/${idInPath(userId)}`),
  notify: (userId: string, type: string, payload: unknown) =>
    send<{ delivered: number }>('POST', `${root}/users/${idInPath(userId)}/notify`, { type, payload }),
  testRing: (userId: string, deviceId?: string) =>
    send<TestRingReport>('POST', `${root}/users/${idInPath(userId)}/test-ring`, { deviceId }),
  erase: (userId: string) => send<Erasure>('DELETE', `${root}/users/${idInPath(userId)}`),
  erasure: (userId: string) => send<Erasure>('GET', `${root}/users/${idInPath(userId)}/erasure`),
};
