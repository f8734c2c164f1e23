// What a device says of its media, to the service and to the other parties: in order, once the service knows the call.

import { later } from '../calls/environment.js';
import type { CommandArguments, HubCommand, MediaReport, MediaState, SendCommand, SignalKind } from '../calls/protocol.js';
import type { Environment } from '../calls/environment.js';
import type { MediaStatus } from './custom.js';
import type { Quality } from './quality.js';

/** What the outbox needs of its call. */
export interface OutboxHost {
  readonly callId: string;
  readonly environment: Environment;
  send: SendCommand;
}

/** Quality that is much the same is not reported more often than this. */
const reportEveryMs = 15_000;

/** Signals and reports of one call, in order. */
export class Outbox {
  private work: Promise<unknown>;
  private release: () => void = () => undefined;
  private isClosed = false;
  private isOpen = false;
  private reported = '';
  private reportedAtMs = 0;
  private last: MediaReport | undefined;

  /** An outbox that keeps everything until `open`. */
  constructor(private readonly host: OutboxHost) {
    this.work = new Promise<void>(resolve => this.release = resolve);
  }

  /** The service knows the call, and this device in it. */
  open(): void {
    this.isOpen = true;
    this.release();
  }

  /** Sends a signal to a party. */
  signal(toUserId: string, kind: SignalKind, payload: unknown): void {
    this.post('SendSignal', { callId: this.host.callId, kind, payload, toUserId });
  }

  /** Reports how the media are: at each change of state or level, and every 15 seconds. `again` reports what may be known already. */
  report(state: MediaState, sending: MediaStatus, quality: Quality | undefined, again = false): void {
    const { callId, environment } = this.host;
    const stats = quality && {
      lossPercent: quality.lossPercent, level: quality.level,
      ...(quality.roundTripMs === undefined ? {} : { roundTripMs: quality.roundTripMs }),
      ...(quality.jitterMs === undefined ? {} : { jitterMs: quality.jitterMs }),
      ...(quality.route === undefined ? {} : { route: quality.route }),
    };
    const report: MediaReport = {
      callId, state, audio: sending.audio, video: sending.video,
      ...(sending.screen ? { screen: true } : {}), ...(stats ? { stats } : {}),
    };
    this.last = report;
    const key = JSON.stringify([state, sending, stats?.level, stats?.route]);
    const isDue = stats !== undefined && environment.now() - this.reportedAtMs >= reportEveryMs;
    if (key === this.reported && !again && !isDue)
      return;
    this.reported = key;
    this.reportedAtMs = environment.now();
    this.post('ReportMedia', report);
  }

  /** Resolves when everything so far has been sent, or after `withinMs`. */
  flushed(withinMs: number): Promise<unknown> {
    return Promise.race([this.work, later(this.host.environment, withinMs, undefined)]);
  }

  /** Reports no more. The last figures go out at once: the hang-up is behind them. */
  close(isOver: boolean): void {
    if (!this.isClosed && !isOver && this.isOpen && this.last?.stats)
      this.host.send('ReportMedia', this.last).catch(() => undefined);
    this.isClosed = true;
  }

  /** One after the other, also across a lost connection. */
  private post<K extends HubCommand>(method: K, ...argument: CommandArguments<K>): void {
    this.work = this.work
      .then(() => this.isClosed && method === 'ReportMedia' ? undefined : this.host.send(method, ...argument))
      .catch(error => this.host.environment.log.debug(`${method} failed.`, error));
  }
}
