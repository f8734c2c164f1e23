// Refreshes a view periodically while it is shown.

import { ApiError } from './api';

/**
 * Loads at once, and again `everyMs` after each load has ended, until it is stopped or `load` returns that nothing will change.
 */
export class Refresh {
  private timer: number | undefined;
  private isStopped = false;

  /** `load` returns whether to refresh again; `ended` is called instead once the session is over. */
  constructor(
    private readonly everyMs: number,
    private readonly load: () => Promise<boolean>,
    private readonly failed: (error: unknown) => boolean,
    private readonly ended: () => void,
  ) {}

  /** Refreshes now. */
  async now(): Promise<void> {
    clearTimeout(this.timer);
    let again: boolean;
    try {
      again = await this.load();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.ended();
      again = this.failed(error);
    }
    if (again && !this.isStopped) this.timer = window.setTimeout(() => void this.now(), this.everyMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.isStopped = true;
  }
}
