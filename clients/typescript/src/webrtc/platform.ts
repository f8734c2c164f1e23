// WebRTC as the platform has it: the browser's own, or what an app brings (react-native-webrtc, a substitute for tests).

import { CallError } from '../calls/errors.js';

/** The part of `navigator.mediaDevices` that is used. */
export interface MediaDeviceAccess {
  /** Starts devices, and asks the user whether that is allowed. */
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** Without it, a device that is only unplugged is not noticed before its track ends. */
  enumerateDevices?(): Promise<MediaDeviceInfo[]>;
  /** Asks the user for a screen to share. Without it none can be shared. */
  getDisplayMedia?(options: DisplayMediaStreamOptions): Promise<MediaStream>;
  /** Listens for devices that come and go. */
  addEventListener?(type: 'devicechange', listener: () => void): void;
  /** Stops listening. */
  removeEventListener?(type: 'devicechange', listener: () => void): void;
}

/** WebRTC as the platform has it. */
export interface RtcPlatform {
  /** Makes a peer connection. */
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /** Makes an empty stream. */
  createStream(): MediaStream;
  /** Microphones and cameras; undefined where there are none to be had, as in a page that is not in a secure context. */
  readonly devices: MediaDeviceAccess | undefined;
}

/** The browser's WebRTC. Looked up at use, so that this may be imported anywhere. */
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
    throw new CallError('media_missing', `There is no ${name} here. Pass the option rtc, or use @orleanscalls/client/calls, which needs none.`);
  return found;
}
