// Announces changes of the others' microphones and screens, and their joining and leaving, to screen readers.

import type { Session } from '@orleanscalls/client';
import { legIsIn } from '@orleanscalls/client';
import { h } from '../dom';
import { t } from '../words/table';

interface Known {
  isIn: boolean;
  muted: boolean | undefined;
}

export class Announcer {
  readonly element = h('div', { class: 'sr-only', role: 'log', 'aria-live': 'polite', 'data-testid': 'announcer' });
  private callId: string | undefined;
  private readonly known = new Map<string, Known>();

  /** Announces what has changed for these people. */
  follow(session: Session | undefined, others: { userId: string; name: string }[]): void {
    if (session?.callId !== this.callId) {
      this.callId = session?.callId;
      this.known.clear();
      this.element.replaceChildren();
    }
    if (!session)
      return;
    const here = new Set(others.map(other => other.userId));
    for (const userId of this.known.keys())
      if (!here.has(userId))
        this.known.delete(userId);
    for (const { userId, name } of others) {
      const leg = session.call.legs.find(one => one.userId === userId);
      const audio = session.media.peer(userId)?.remoteMedia?.audio;
      const now: Known = {
        isIn: leg ? legIsIn(leg) : userId === session.call.caller.id, muted: audio === undefined ? undefined : !audio,
      };
      const before = this.known.get(userId);
      this.known.set(userId, now);
      if (now.isIn && before && !before.isIn)
        this.say(t('announceAnswered', { name }));
      // An active microphone of a new party is not announced.
      if (now.muted !== undefined && now.muted !== (before?.muted ?? false))
        this.say(t(now.muted ? 'announceMuted' : 'announceUnmuted', { name }));
    }
  }

  say(text: string): void {
    this.element.append(h('p', {}, text));
    while (this.element.childElementCount > 5)
      this.element.firstElementChild!.remove();
  }
}
