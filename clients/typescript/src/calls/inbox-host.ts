// The inbox's interface to the client.

import type { Environment } from './environment.js';
import type { CallError } from './errors.js';
import type { CallMedia, Place } from './media-layer.js';
import type { Call, Notification, Presence, SendCommand, Settings } from './protocol.js';
import type { CallSession } from './session.js';

/** The inbox's interface to the client: what it uses, and what it reports. */
export interface InboxHost<M extends CallMedia> {
  readonly userId: string;
  readonly deviceId: string;
  readonly environment: Environment;
  send: SendCommand;
  session(call: Call, place: Place): CallSession<M>;
  changed(session: CallSession<M>): void;
  rings(session: CallSession<M>): void;
  presence(presence: Presence): void;
  missed(count: number): void;
  notification(notification: Notification): void;
  settings(settings: Settings): void;
  failed(error: CallError): void;
}
