// The few things that are asked for over REST.

import { CallError, parseProblem } from './errors';
import type { IceServer, IceServers, Settings } from './protocol';

export class Rest {
  private ice: { servers: IceServer[]; until: number } | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly token: (refresh: boolean) => Promise<string>,
  ) {}

  /** ICE servers; kept for half of their credentials' time, so that a call never starts with credentials about to expire. */
  async iceServers(): Promise<IceServer[]> {
    if (this.ice && this.ice.until > Date.now())
      return this.ice.servers;
    const { iceServers, ttlSeconds } = await this.get<IceServers>('/ice-servers');
    this.ice = { servers: iceServers, until: Date.now() + ttlSeconds * 500 };
    return iceServers;
  }

  settings(): Promise<Settings> {
    return this.get('/settings');
  }

  saveSettings(settings: Settings): Promise<Settings> {
    return this.request('PUT', '/settings', settings);
  }

  /** Who is online; undefined where the service does not tell. */
  async onlineUsers(): Promise<{ userId: string; name?: string; online: boolean }[] | undefined> {
    try {
      return (await this.get<{ items: { userId: string; name?: string; online: boolean }[] }>('/users?online=true')).items;
    } catch (error) {
      if (error instanceof CallError && error.code === 'not_found')
        return undefined;
      throw error;
    }
  }

  private get<T>(path: string): Promise<T> {
    return this.request('GET', path);
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (const refresh of [false, true]) {
      const response = await this.fetch(method, path, await this.token(refresh), body);
      if (response.ok)
        return await response.json() as T;
      if (response.status !== 401 || refresh)
        throw await parseProblem(response);
    }
    throw new CallError('unauthenticated', 'The token was not taken.');
  }

  private async fetch(method: string, path: string, token: string, body: unknown): Promise<Response> {
    try {
      return await fetch(`${this.baseUrl}/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new CallError('unavailable', 'The service could not be reached.');
    }
  }
}
