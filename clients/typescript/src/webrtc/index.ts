/**
 * Sound and picture of calls by WebRTC.
 * @module webrtc
 */
export { DeviceChoices, listDevices } from './choices.js';
export type { ChosenKind, DeviceOption } from './choices.js';
export type { CustomSignal, MediaStatus } from './custom.js';
export { LocalMedia } from './media.js';
export type { DeviceState, LocalMediaHooks } from './media.js';
export { Peer } from './peer.js';
export type { PeerHooks, PeerOptions, PeerStats } from './peer-options.js';
export { PeerMedia } from './peer-media.js';
export type { Picture } from './peer-media.js';
export { PeerQuality } from './peer-quality.js';
export { Peers } from './peers.js';
export type { PeersHost } from './peers-host.js';
export { browserRtc } from './platform.js';
export type { MediaDeviceAccess, RtcPlatform } from './platform.js';
export { adapt, assess, readStats } from './quality.js';
export type { Adaptation, Quality, QualityLevel, Route, Saving, StatsSample } from './quality.js';
export type { ScreenInfo } from './screen.js';
export { RtcCall, webRtc } from './rtc-call.js';
export type { RtcOptions } from './rtc-call.js';
