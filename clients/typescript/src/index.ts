/**
 * Connection, calls, WebRTC and stores.
 * @module client
 */
export { CallClient } from './client.js';
export type { CallClientOptions, Session } from './client.js';
export * from './calls/index.js';
export * from './webrtc/index.js';
export * from './stores/index.js';
