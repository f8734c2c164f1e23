// What is tried for the user, and what is said when it fails.

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
    // What is over has said so itself, and the banner tells of the connection.
    const code = error instanceof CallError ? error.code : undefined;
    if (code === 'ended' || (code === 'unavailable' && this.client.connectionState !== 'connected'))
      return;
    this.notices.error(error);
  };
}
