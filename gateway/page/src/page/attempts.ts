// Runs the user's actions, and reports their errors.

import type { CallClient } from '@orleanscalls/client';
import { CallError } from '@orleanscalls/client';
import type { Notices } from './notices';

export class Attempts {
  constructor(private readonly client: CallClient, private readonly notices: Notices) {}

  run(work: Promise<unknown>): void {
    void this.attempt(work);
  }

  async attempt(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.failed(error);
    }
  }

  readonly failed = (error: unknown): void => {
    // An ended call has reported itself, and the banner shows the connection.
    const code = error instanceof CallError ? error.code : undefined;
    if (code === 'ended' || (code === 'unavailable' && this.client.connectionState !== 'connected'))
      return;
    this.notices.error(error);
  };
}
