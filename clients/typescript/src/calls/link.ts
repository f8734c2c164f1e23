// One SignalR hub connection, behind the few methods that the client needs. Tests and other transports provide their own.

import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';

/** Options of a hub link. */
export interface HubLinkOptions {
  /** Returns the hub's URL with its query; called before each start. */
  url(): string;
  /** Returns a bearer token; called at each start. */
  token(): string | Promise<string>;
  /** The names of the events to receive. */
  events: readonly string[];
  /** Receives a hub event. */
  received(name: string, payload: unknown): void;
  /** A started link was closed, with the server's reason, if any. Not called when `start` fails. */
  closed(error?: Error): void;
}

/** A connection to the hub, without automatic reconnects. */
export interface HubLink {
  /** Whether commands can be sent. */
  readonly isConnected: boolean;
  /** Connects. Rejects on failure, and may then be called again. */
  start(): Promise<void>;
  /** Closes the connection. */
  stop(): Promise<void>;
  /** Invokes a hub method. Rejects with the hub's error, or when the connection is lost meanwhile. */
  invoke(method: string, ...args: unknown[]): Promise<unknown>;
}

const keepAliveMs = 10_000;
const serverTimeoutMs = 35_000;

/**
 * A link by `@microsoft/signalr`, over WebSockets. Other transports (`HttpTransportType.WebSockets |
 * HttpTransportType.LongPolling`) are for networks that block WebSockets, with a service that offers them
 * (`Gateway__Transports`).
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
