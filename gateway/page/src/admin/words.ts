// All texts of the operators' page.

import type { Entry } from './api';

export const words = {
  title: 'Operators',
  product: 'OrleansCalls',
  nav: 'Parts of this page',
  now: 'Now',
  calls: 'Calls',
  users: 'Users',
  dashboard: 'Grains',
  dashboardTitle: "Orleans' dashboard, in a new tab",
  signIn: 'Sign in',
  signInLead: 'See any call, find out why a phone did not ring, and act. For tokens with the role admin.',
  signInWith: (issuer: string) => `Sign in with ${issuer}`,
  or: 'or',
  token: 'Admin token',
  tokenHint: 'It is sent once, kept nowhere, and exchanged for a cookie that only this page can use.',
  signOut: 'Sign out',
  signedIn: (name: string) => `Signed in as ${name}`,
  until: (time: string) => `until ${time}`,
  endsSoon: (minutes: number) =>
    `You will be signed out in ${minutes === 0 ? 'less than a minute' : minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  signInAgain: 'Sign in again',
  ended: 'Your session has ended. Sign in again.',
  signedOut: 'You are signed out. No copy of the session is good any more.',
  signOutFailed: 'The service could not be told. The session may go on until it expires; try again.',
  noAnswer: 'The service does not answer.',
  refused: (status: number) => `The service refused this (${status}).`,
  trace: (id: string) => `Trace ${id}`,
  retry: 'Try again',
  loading: 'Loading…',
  close: 'Close',
  cancel: 'Cancel',
  faults: {
    forbidden: 'That account is not an operator: it lacks the role admin.',
    cancelled: 'The sign-in was cancelled.',
    failed: 'The sign-in did not work, or took too long. Try again.',
    issuer_away: 'The issuer cannot be reached. Try again, or sign in with a token.',
    unavailable: 'A part of the service is away. Try again.',
    unauthenticated: 'The issuer named no user.',
  } as Record<string, string>,
  live: 'Live',
  stale: (seconds: number) => `No news for ${seconds} s`,
  openCalls: 'Open calls',
  usersNow: 'Users connected',
  devicesNow: 'Devices connected',
  waiting: 'Waiting in queues',
  started: 'Started',
  endedCalls: 'How calls ended',
  sinceStart: 'since the processes started',
  gateways: 'Gateways',
  silos: 'Silos',
  pushes: 'Pushes',
  none: 'None yet.',
  gateway: 'Gateway',
  silo: 'Silo',
  version: 'Version',
  since: 'Since',
  status: 'Status',
  devices: 'Devices',
  queued: 'Queued',
  provider: 'Provider',
  type: 'Type',
  result: 'Result',
  count: 'Count',
  search: 'Search',
  clear: 'Clear',
  userId: 'User id',
  state: 'State',
  reason: 'End reason',
  from: 'From',
  to: 'To',
  text: 'Starts with',
  textHint: 'begin of a call or user id',
  any: 'Any',
  more: 'Show more',
  noCalls: 'No call matches.',
  goOn: 'None so far, and older calls are not looked at yet.',
  truncated: 'There are more open calls than were looked at: name a user, or a state.',
  call: 'Call',
  caller: 'Caller',
  callees: 'Callees',
  begun: 'Started',
  took: 'Lasted',
  endCall: 'End call',
  endCallAsk: 'End this call for everyone in it?',
  callEnded: 'The call was ended.',
  refresh: 'Refresh',
  diagram: 'What happened',
  diagramHint: 'Scroll sideways for all parties',
  picture: (count: number) => `Sequence of ${count} events between the parties of this call; the list below says the same.`,
  list: 'As a list',
  at: 'Time',
  event: 'Event',
  party: 'User and device',
  detail: 'Detail',
  laneCall: 'Call',
  lanePush: 'Push',
  laneWebhook: 'Webhook',
  laneOperator: 'Operator',
  noDevice: 'no device',
  later: (time: string) => `${time} later`,
  turnNames: 'Names in the logs of the TURN servers',
  openUser: 'Open',
  userLead: 'Connections, push tokens, settings, missed and past calls of one user.',
  online: 'Online',
  offline: 'Offline',
  lastSeen: (time: string) => `last seen ${time}`,
  connected: 'Connected',
  platform: 'Platform',
  pushTokens: 'Push tokens',
  device: 'Device',
  noPush: 'No push token: a device that is not connected cannot be rung.',
  noDevices: 'No device is connected.',
  settings: 'Settings',
  dnd: 'Do not disturb',
  dndUntil: (time: string) => `until ${time}`,
  callWaiting: 'Call waiting',
  blocked: 'Blocked users',
  on: 'On',
  off: 'Off',
  missed: 'Missed calls',
  missedMore: (count: number) => `${count} not seen yet`,
  past: 'Calls',
  allCalls: 'All calls of this user',
  actions: 'Actions',
  notify: 'Notify…',
  notifyTitle: 'Send a notice to all connected devices',
  notifyType: 'Type',
  notifyPayload: 'Payload (JSON)',
  notJson: 'The payload is not JSON.',
  send: 'Send',
  notified: (count: number) => `Handed to ${count} ${count === 1 ? 'connection' : 'connections'}.`,
  testRing: 'Test ring',
  testRingAll: 'Test ring all devices',
  testRinging: 'Ringing…',
  testRingTitle: 'Would it ring now?',
  silencedBy: 'Kept silent by',
  step: 'Step',
  erase: 'Erase…',
  eraseTitle: 'Erase this user',
  eraseLead:
    'Ends live calls, forgets push tokens, settings and missed calls, and takes the user out of past calls. It cannot be undone.',
  eraseType: (id: string) => `Type ${id} to confirm`,
  eraseDo: 'Erase',
  erasing: 'Erasing…',
  eraseFailed: (error: string) => `The erasure was given up: ${error} Ask again: it does what is left.`,
  erased: (calls: number, tokens: number, missed: number, past: number) =>
    `Erased: ${calls} live calls ended, ${tokens} push tokens, ${missed} missed calls, ${past} past calls.`,
} as const;

const labels: Record<string, string> = {
  started: 'starts',
  delivered: 'ring delivered',
  not_connected: 'not connected',
  ringing: 'is ringing',
  accepted: 'accepts',
  accepted_not_ready: 'picks up',
  ready: 'is ready',
  rejected: 'declines',
  silenced: 'silenced',
  ring_ended: 'ring ended',
  left: 'leaves',
  ended: 'ended',
  busy: 'busy',
  blocked: 'blocked',
  do_not_disturb: 'do not disturb',
  invited: 'invites',
  operator: 'operator ends it',
  offer: 'offer',
  bound: 'device bound',
  back: 'is back',
  away: 'is away',
  moved: 'moves here',
  signal_dropped: 'signal dropped',
  no_device: 'no device at all',
  user_away: 'silo away',
  push_sent: 'push',
  push_failed: 'push failed',
  webhook_sent: 'webhook',
  webhook_failed: 'webhook failed',
  webhook_refused: 'webhook refused',
  webhook_given_up: 'webhook given up',
  webhook_dropped: 'webhook dropped',
};

/** The text of a protocol value. */
export const plain = (word: string): string => word.replaceAll('_', ' ');

/** A short text of one event, for an arrow. */
export function entryWords(entry: Entry): string {
  const label = labels[entry.what] ?? plain(entry.what);
  return entry.detail === undefined ? label : `${label}: ${plain(entry.detail)}`;
}

/** 83,456 ms as "1:23", 1,234 ms as "1.2 s", 12 ms as "12 ms". */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.floor(ms / 1000) % 60];
  return minutes < 60
    ? `${minutes}:${String(seconds).padStart(2, '0')} min`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time of today as "14:05:03", one of another day with its date. */
export function clock(time: string, now = new Date()): string {
  const date = new Date(time);
  const text = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  return date.toDateString() === now.toDateString()
    ? text
    : `${date.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${text}`;
}

/** The same, to the millisecond. */
export const exact = (time: string): string => `${clock(time)}.${String(new Date(time).getMilliseconds()).padStart(3, '0')}`;

/** A duration: "3 d 4 h", "2 h 5 min", "12 s". */
export function age(since: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
