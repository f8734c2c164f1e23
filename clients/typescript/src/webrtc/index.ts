/**
 * Sound and picture of calls by WebRTC.
 * @module webrtc
 */
export type { CustomSignal } from './custom.js';
export { LocalMedia } from './media.js';
export type { DeviceState, LocalMediaHooks } from './media.js';
export { Peer } from './peer.js';
export type { PeerHooks, PeerOptions, PeerStats } from './peer.js';
export { Peers } from './peers.js';
export type { PeersHost } from './peers.js';
export { browserRtc } from './platform.js';
export type { MediaDeviceAccess, RtcPlatform } from './platform.js';
export { RtcCall, webRtc } from './rtc-call.js';
export type { RtcOptions } from './rtc-call.js';
