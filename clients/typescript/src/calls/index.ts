/**
 * Connection and calls, without media.
 * @module calls
 */
export { CallsClient } from './client.js';
export type { CallsClientEvents, CallsClientOptions, StartOptions } from './options.js';
export { Connection } from './connection.js';
export type { ConnectionOptions, ConnectionState, HubEvent } from './connection.js';
export { Emitter } from './emitter.js';
export type { Listener } from './emitter.js';
export { createEnvironment, newId } from './environment.js';
export type { Environment, Logger, Timer } from './environment.js';
export { CallError, serviceErrorCodes } from './errors.js';
export type { ErrorCode } from './errors.js';
export { idInHeader, idInPath } from './ids.js';
export { signalRLink } from './link.js';
export type { HubLink, HubLinkOptions } from './link.js';
export { NoMedia } from './media-layer.js';
export type { CallMedia, DeviceChange, DeviceKind, MediaLayer, MediaLink, Place } from './media-layer.js';
export * from './protocol.js';
export { isCaller, isGone, parties } from './reduce.js';
export { CallSession } from './session.js';
export type { AcceptOptions, SessionEnd, SessionHost } from './session-host.js';
export { installationId, readJson, safeStorage } from './storage.js';
export type { KeyValueStorage } from './storage.js';
export { cachedToken } from './token.js';
export type { IssuedToken, TokenProvider, TokenRequest } from './token.js';
