// Who is online at all, as far as the service says; asked only while somebody looks.

import type { CallClient } from '@orleanscalls/client';
import type { Contacts } from './contacts';

const everyMs = 4_000;

export async function followOnline(client: CallClient, contacts: Contacts): Promise<void> {
  for (;;) {
    if (document.visibilityState === 'visible' && client.connectionState === 'connected') {
      const users = await client.onlineUsers().catch(() => []);
      // Not told here (not in Development): the contacts' own presence is all there is.
      if (!users)
        return;
      contacts.setPassing(users);
    }
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}
