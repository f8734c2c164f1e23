import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBrowser, Ringer } from '../src/browser/index.js';
import type { CheckedBrowser } from '../src/browser/index.js';

const storage = (): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
};

const complete = (): CheckedBrowser => ({
  isSecureContext: true, RTCPeerConnection: Object, WebSocket: Object, AudioContext: Object,
  Notification: { permission: 'granted' },
  navigator: {
    mediaDevices: { enumerateDevices: async () => [{ kind: 'audioinput' }, { kind: 'videoinput' }] },
    permissions: { query: async () => ({ state: 'prompt' }) },
  },
  localStorage: storage(), sessionStorage: storage(),
});

test('a browser that has everything lacks nothing', async () => {
  assert.deepEqual(await checkBrowser(complete()), []);
});

test('each lack is found by itself, worst first', async () => {
  const blocked = Object.defineProperty(complete(), 'localStorage', { get: () => { throw new Error('SecurityError'); } });
  const full = { ...complete(), sessionStorage: { ...storage(), setItem: () => { throw new Error('QuotaExceededError'); } } };
  const denied = { ...complete().navigator, permissions: { query: async () => ({ state: 'denied' }) } };
  for (const [browser, lacks] of [
    [{ ...complete(), isSecureContext: false, navigator: {}, Notification: { permission: 'denied' } }, ['insecure']],
    [{ ...complete(), RTCPeerConnection: undefined, WebSocket: undefined }, ['no_webrtc', 'no_websocket']],
    [{ ...complete(), navigator: { mediaDevices: { enumerateDevices: async () => [] } } }, ['no_microphone', 'no_camera']],
    [{ ...complete(), navigator: denied }, ['microphone_denied', 'camera_denied']],
    [blocked, ['storage_blocked']], [full, ['storage_blocked']],
    [{ ...complete(), Notification: { permission: 'default' } }, ['notifications_off']],
    [{ ...complete(), Notification: { permission: 'denied' } }, ['notifications_denied']],
    [{ ...complete(), AudioContext: undefined }, ['no_sound']],
    [{ ...complete(), navigator: { permissions: { query: async () => { throw new Error('unknown name'); } } } }, []],
  ] as [CheckedBrowser, string[]][])
    assert.deepEqual(await checkBrowser(browser), lacks);
});

class FakeContext extends EventTarget {
  state = 'suspended';
  resumes = 0;
  resume = async (): Promise<void> => void this.resumes++;
  close = async (): Promise<void> => void (this.state = 'closed');
}

test('a ringer is locked until a touch, says so, and listens to nothing once it is closed', async () => {
  const context = new FakeContext();
  const target = new EventTarget();
  const shaken: unknown[] = [];
  const ringer = new Ringer(
    { createContext: () => context as unknown as AudioContext, target, vibrate: pattern => void shaken.push(pattern) });
  const states: string[] = [];
  ringer.onState(state => states.push(state));
  assert.equal(ringer.state, 'locked');
  ringer.play('ring');
  target.dispatchEvent(new Event('pointerdown'));
  assert.equal(context.resumes, 1);
  ringer.play(undefined);
  context.state = 'running';
  context.dispatchEvent(new Event('statechange'));
  assert.deepEqual([ringer.state, states, shaken], ['ready', ['ready'], [[300, 150, 300], 0]]);
  context.state = 'suspended';
  context.dispatchEvent(new Event('statechange'));
  assert.deepEqual(states, ['ready', 'locked']);
  ringer.close();
  target.dispatchEvent(new Event('keydown'));
  assert.deepEqual([ringer.state, context.resumes], ['none', 1]);
});

test('without Web Audio there is no sound, and no error', () => {
  const ringer = new Ringer({ createContext: () => undefined, target: new EventTarget() });
  ringer.play('ringback');
  assert.deepEqual([ringer.state, ringer.sound], ['none', 'ringback']);
  ringer.close();
});
