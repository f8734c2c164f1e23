// The users who are online, where the service reports them; requested only while visible.

import type { CallClient } from '@orleanscalls/client';
import type { Contacts } from './contacts';

const everyMs = 4_000;

export async function followOnline(client: CallClient, contacts: Contacts): Promise<void> {
  for (;;) {
    if (document.visibilityState === 'visible' && client.connectionState === 'connected') {
      const users = await client.onlineUsers().catch(() => []);
      // Not reported (outside Development): only the contacts' presence is shown.
      if (!users)
        return;
      contacts.setPassing(users);
    }
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}
