/**
 * Calls through an SFU, for more parties than a mesh supports.
 * @module sfu
 */
export { liveKit } from './livekit.js';
export type { LiveKitLibrary, LiveKitRoom } from './livekit.js';
export type { SfuAccess, SfuConnect, SfuEvents, SfuRoom, SfuSource } from './room.js';
export { metadataAccess, sfu, SfuCall } from './sfu-call.js';
export type { SfuOptions, SfuParty } from './sfu-call.js';
