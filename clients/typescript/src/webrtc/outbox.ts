// Sends a device's signals and media reports to the service, in order, once the service has joined the device to the call.

import { later } from '../calls/environment.js';
import type { CommandArguments, HubCommand, MediaReport, MediaState, SendCommand, SignalKind } from '../calls/protocol.js';
import type { Environment } from '../calls/environment.js';
import type { MediaStatus } from './custom.js';
import type { Quality } from './quality.js';

/** The outbox's interface to its call. */
export interface OutboxHost {
  readonly callId: string;
  readonly environment: Environment;
  send: SendCommand;
}

/** The minimum interval of reports whose level is unchanged. */
const reportEveryMs = 15_000;

/** The outgoing signals and reports of one call, in order. */
export class Outbox {
  private work: Promise<unknown>;
  private release: () => void = () => undefined;
  private isClosed = false;
  private isOpen = false;
  private reported = '';
  private reportedAtMs = 0;
  private last: MediaReport | undefined;

  /** Creates an outbox that buffers everything until `open`. */
  constructor(private readonly host: OutboxHost) {
    this.work = new Promise<void>(resolve => this.release = resolve);
  }

  /** The service has joined this device to the call. */
  open(): void {
    this.isOpen = true;
    this.release();
  }

  /** Sends a signal to a party. */
  signal(toUserId: string, kind: SignalKind, payload: unknown): void {
    this.post('SendSignal', { callId: this.host.callId, kind, payload, toUserId });
  }

  /** Reports the state of the media: at each change of state or level, and every 15 seconds. `again` repeats a report. */
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

  /** Stops reporting. The last report is sent at once, before the hang-up. */
  close(isOver: boolean): void {
    if (!this.isClosed && !isOver && this.isOpen && this.last?.stats)
      this.host.send('ReportMedia', this.last).catch(() => undefined);
    this.isClosed = true;
  }

  /** Sends one after the other, also across a reconnect. */
  private post<K extends HubCommand>(method: K, ...argument: CommandArguments<K>): void {
    this.work = this.work
      .then(() => this.isClosed && method === 'ReportMedia' ? undefined : this.host.send(method, ...argument))
      .catch(error => this.host.environment.log.debug(`${method} failed.`, error));
  }
}
