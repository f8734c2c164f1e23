// The platform's WebRTC: the browser's own, or one that an app provides (react-native-webrtc, a substitute for tests).

import { CallError } from '../calls/errors.js';

/** The part of `navigator.mediaDevices` that is used. */
export interface MediaDeviceAccess {
  /** Starts devices, after a permission prompt if necessary. */
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** Without it, an unplugged device is noticed only when its track ends. */
  enumerateDevices?(): Promise<MediaDeviceInfo[]>;
  /** Prompts the user for a screen to share. Without it screens cannot be shared. */
  getDisplayMedia?(options: DisplayMediaStreamOptions): Promise<MediaStream>;
  /** Adds a listener for changes of the device list. */
  addEventListener?(type: 'devicechange', listener: () => void): void;
  /** Removes it. */
  removeEventListener?(type: 'devicechange', listener: () => void): void;
}

/** The platform's WebRTC. */
export interface RtcPlatform {
  /** Creates a peer connection. */
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /** Creates an empty stream. */
  createStream(): MediaStream;
  /** Microphones and cameras; undefined where unavailable, as in a page outside secure contexts. */
  readonly devices: MediaDeviceAccess | undefined;
}

/** The browser's WebRTC. Resolved at use, so that this module can be imported anywhere. */
export const browserRtc: RtcPlatform = {
  createPeerConnection: configuration => new (need('RTCPeerConnection'))(configuration),
  createStream: () => new (need('MediaStream'))(),
  get devices() {
    return globalThis.navigator?.mediaDevices as MediaDeviceAccess | undefined;
  },
};

function need<K extends 'RTCPeerConnection' | 'MediaStream'>(name: K): typeof globalThis[K] {
  const found = (globalThis as { [name in K]?: typeof globalThis[K] })[name];
  if (!found)
    throw new CallError(
      'media_missing', `There is no ${name} here. Pass the option rtc, or use @orleanscalls/client/calls, which needs none.`);
  return found;
}
