// Checks at the page's start whether the browser has what calls need.

import type { KeyValueStorage } from '../calls/storage.js';

/**
 * What is missing. `insecure`: no https (nor localhost), so no microphone, camera or notifications. `no_webrtc`, `no_websocket`:
 * the browser cannot make calls. `no_microphone`, `no_camera`: none is there; `microphone_denied`, `camera_denied`: the user or
 * the system does not allow it. `storage_blocked`: nothing is kept over a reload. `notifications_off`: not asked for yet, or
 * `notifications_denied`. `no_sound`: no Web Audio.
 */
export type Lack =
  | 'insecure' | 'no_webrtc' | 'no_websocket' | 'no_microphone' | 'no_camera' | 'microphone_denied' | 'camera_denied'
  | 'storage_blocked' | 'notifications_off' | 'notifications_denied' | 'no_sound';

/** The parts of the browser that are checked. */
export interface CheckedBrowser {
  isSecureContext?: boolean;
  RTCPeerConnection?: unknown;
  WebSocket?: unknown;
  AudioContext?: unknown;
  Notification?: { permission: string };
  navigator?: {
    mediaDevices?: {
      /** The connected devices. */
      enumerateDevices?(): Promise<{ kind: string }[]>;
    };
    permissions?: {
      /** The state of a permission. */
      query(descriptor: { name: PermissionName }): Promise<{ state: string }>;
    };
  };
  readonly localStorage?: KeyValueStorage;
  readonly sessionStorage?: KeyValueStorage;
}

/** Checks everything that calls need, without prompting the user. Never rejects; most severe first. */
export async function checkBrowser(browser: CheckedBrowser = globalThis as CheckedBrowser): Promise<Lack[]> {
  const { navigator } = browser;
  const devices = await navigator?.mediaDevices?.enumerateDevices?.().catch(() => undefined);
  const names = ['microphone', 'camera'] as PermissionName[];
  const [microphone, camera] = await Promise.all(names.map(name => isDenied(browser, name)));
  const has = (kind: string) => devices === undefined || devices.some(device => device.kind === kind);
  const notifications = browser.Notification?.permission;
  const lacks: [Lack, boolean][] = [
    ['no_webrtc', browser.RTCPeerConnection === undefined],
    ['no_websocket', browser.WebSocket === undefined],
    ['insecure', browser.isSecureContext === false],
    ['microphone_denied', microphone === true],
    ['no_microphone', microphone !== true && !has('audioinput')],
    ['camera_denied', camera === true],
    ['no_camera', camera !== true && !has('videoinput')],
    ['no_sound', browser.AudioContext === undefined],
    ['storage_blocked', !keeps(() => browser.localStorage) || !keeps(() => browser.sessionStorage)],
    ['notifications_denied', notifications === 'denied' && browser.isSecureContext !== false],
    ['notifications_off', notifications === 'default' && browser.isSecureContext !== false],
  ];
  return lacks.filter(([, isLacking]) => isLacking).map(([lack]) => lack);
}

async function isDenied({ navigator }: CheckedBrowser, name: PermissionName): Promise<boolean> {
  try {
    return (await navigator?.permissions?.query({ name }))?.state === 'denied';
  } catch {
    // The browser does not know this permission.
    return false;
  }
}

/** Where storage is blocked, reading the property throws; a full storage throws on write. */
function keeps(open: () => KeyValueStorage | undefined): boolean {
  const key = 'orleanscalls.check';
  try {
    const storage = open();
    storage?.setItem(key, '1');
    const kept = storage?.getItem(key) === '1';
    storage?.removeItem(key);
    return kept;
  } catch {
    return false;
  }
}
