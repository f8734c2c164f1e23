// One hub connection of SignalR, behind the few methods that the client needs. Tests and other transports bring their own.

import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';

/** What a hub link is made from. */
export interface HubLinkOptions {
  /** The hub's address with its query; asked for before each start. */
  url(): string;
  /** A bearer token; asked for at each start. */
  token(): string | Promise<string>;
  /** The events to listen to. */
  events: readonly string[];
  /** An event of the hub. */
  received(name: string, payload: unknown): void;
  /** A started link is closed; with the reason that the server gave, if any. Not called when `start` fails. */
  closed(error?: Error): void;
}

/** A connection to the hub. It does not reconnect by itself. */
export interface HubLink {
  /** Whether commands can be sent now. */
  readonly isConnected: boolean;
  /** Connects. Rejects when that does not work; may be called again then. */
  start(): Promise<void>;
  /** Closes. */
  stop(): Promise<void>;
  /** Calls a hub method. Rejects with the hub's error, or when the connection is lost under it. */
  invoke(method: string, ...args: unknown[]): Promise<unknown>;
}

const keepAliveMs = 10_000;
const serverTimeoutMs = 35_000;

/**
 * A link by `@microsoft/signalr`, over WebSockets. Others than these (`HttpTransportType.WebSockets | HttpTransportType.LongPolling`) are for
 * networks that forbid WebSockets, and a service that offers them (`Gateway__Transports`).
 */
export function signalRLink(options: HubLinkOptions, transport = HttpTransportType.WebSockets): HubLink {
  const connection = new HubConnectionBuilder()
    .withUrl(options.url(), {
      transport,
      skipNegotiation: transport === HttpTransportType.WebSockets,
      accessTokenFactory: () => options.token(),
    })
    .configureLogging(LogLevel.None)
    .build();
  connection.keepAliveIntervalInMilliseconds = keepAliveMs;
  connection.serverTimeoutInMilliseconds = serverTimeoutMs;
  connection.onclose(error => options.closed(error));
  for (const name of options.events)
    connection.on(name, (payload: unknown) => options.received(name, payload));
  return {
    get isConnected() {
      return connection.state === HubConnectionState.Connected;
    },
    start: () => {
      connection.baseUrl = options.url();
      return connection.start();
    },
    stop: () => connection.stop(),
    invoke: (method, ...args) => connection.invoke(method, ...args),
  };
}
