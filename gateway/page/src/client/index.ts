// What an app uses of the client.

export { CallClient } from './client';
export type { CallClientEvents, CallClientOptions, StartOptions } from './client';
export { CallError } from './errors';
export type { ErrorCode } from './errors';
export type { ConnectionState } from './hub';
export type { Peer, PeerStats } from './peer';
export type { CallSession } from './session';
export type { Place, SessionEnd } from './session-host';
export * from './protocol';
