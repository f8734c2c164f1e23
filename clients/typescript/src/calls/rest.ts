// The client's few REST requests.

import { CallError, parseProblem } from './errors.js';
import type { Environment } from './environment.js';
import { idInHeader, idInPath } from './ids.js';
import type { IceServers, PushProvider, ServiceConfig, Settings, SettingsChange } from './protocol.js';
import type { TokenProvider } from './token.js';

/** This user's REST requests. All reject with a `CallError`. */
export class Rest {
  /** Creates a client for the service at `url`. */
  constructor(
    private readonly url: string,
    private readonly deviceId: string,
    private readonly token: TokenProvider,
    private readonly environment: Pick<Environment, 'fetch'>,
  ) {}

  private aheadMs = 0;

  /**
   * The service's time from its last response, to the second; this device's where responses do not show it (another origin).
   */
  get serviceNow(): number {
    return Date.now() + this.aheadMs;
  }

  /** Returns ICE servers with new credentials. */
  iceServers(): Promise<IceServers> {
    return this.request('GET', '/ice-servers');
  }

  /** Returns the service's public configuration. */
  config(): Promise<ServiceConfig> {
    return this.request('GET', '/config');
  }

  /** Registers this device's push token. */
  setPushToken(provider: PushProvider, token: string): Promise<void> {
    return this.request('PUT', `/devices/${idInPath(this.deviceId)}/push-token`, { provider, token });
  }

  /** Removes this device's push token. */
  clearPushToken(provider: PushProvider): Promise<void> {
    return this.request('DELETE', `/devices/${idInPath(this.deviceId)}/push-token?provider=${provider}`);
  }

  /** The user's own settings. */
  settings(): Promise<Settings> {
    return this.request('GET', '/settings');
  }

  /** Changes some of the user's own settings. */
  changeSettings(change: SettingsChange): Promise<Settings> {
    return this.request('PATCH', '/settings', change);
  }

  /** Replaces the user's own settings. */
  saveSettings(settings: Settings): Promise<Settings> {
    return this.request('PUT', '/settings', settings);
  }

  /** The users who are online; undefined where the service does not report them (outside Development). */
  async onlineUsers(): Promise<{ userId: string; name?: string; online: boolean }[] | undefined> {
    try {
      return (await this.request<{ items: { userId: string; name?: string; online: boolean }[] }>(
        'GET', '/users?online=true')).items;
    } catch (error) {
      if (error instanceof CallError && error.code === 'not_found')
        return undefined;
      throw error;
    }
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (const renew of [false, true]) {
      const response = await this.send(method, path, await this.token({ renew }), body);
      if (response.ok)
        return (response.status === 204 ? undefined : await response.json()) as T;
      if (response.status !== 401 || renew)
        throw await parseProblem(response);
    }
    throw new CallError('unauthenticated', 'The token was not taken.');
  }

  private async send(method: string, path: string, token: string, body: unknown): Promise<Response> {
    try {
      const response = await this.environment.fetch(`${this.url}/api/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          'X-Device-Id': idInHeader(this.deviceId),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const date = Date.parse(response.headers.get('Date') ?? '');
      if (!Number.isNaN(date))
        this.aheadMs = date - Date.now();
      return response;
    } catch {
      throw new CallError('unavailable', 'The service could not be reached.');
    }
  }
}
