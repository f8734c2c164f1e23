// A ring for somebody who looks elsewhere: the tab's title and icon, and a notification of the system with buttons.

import type { CallPush } from '../push/payload.js';

/** What rings, in the app's words. */
export interface Ring {
  callId: string;
  /** The title of the tab meanwhile; made of the other two when left out. */
  heading?: string;
  /** Who calls, for the notification. */
  title: string;
  /** Which call it is. */
  body: string;
  /** The words of the two buttons. */
  answer: string;
  decline: string;
  /** For the notification's click; see `handlePushes`. */
  push: CallPush;
}

/** What {@link Attention} uses of the browser; all of it has defaults. */
export interface AttentionOptions {
  /** The icon of the tab while a call rings. */
  ringingIcon?: string;
  /** The notification itself, without one of its buttons, was clicked, and there is no service worker to take that. */
  clicked?(callId: string): void;
}

/** Draws attention to a ring outside of the page. */
export class Attention {
  private ring: Ring | undefined;
  private title: string | undefined;
  private icon: string | undefined;
  private notifying: Promise<void> = Promise.resolve();
  private shown: { callId: string; close(): void } | undefined;

  /** Attention that is not needed yet. */
  constructor(private readonly options: AttentionOptions = {}) {
    document.addEventListener('visibilitychange', this.visibilityChanged);
  }

  /** Shows a ring, or none any more. The same ring may be shown again. */
  show(ring: Ring | undefined): void {
    if (ring?.callId === this.ring?.callId)
      return;
    this.ring = ring;
    this.mark(ring);
    this.notify();
  }

  /** Leaves the tab as it was. */
  close(): void {
    this.show(undefined);
    document.removeEventListener('visibilitychange', this.visibilityChanged);
  }

  private mark(ring: Ring | undefined): void {
    const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
    if (ring) {
      this.title ??= document.title;
      document.title = ring.heading ?? `${ring.title} · ${ring.body}`;
      if (link && this.options.ringingIcon) {
        this.icon ??= link.href;
        link.href = this.options.ringingIcon;
      }
      return;
    }
    if (this.title !== undefined)
      document.title = this.title;
    if (link && this.icon !== undefined)
      link.href = this.icon;
    this.title = this.icon = undefined;
  }

  private readonly visibilityChanged = (): void => this.notify();

  /** Notifications are shown and taken away one after the other, as the ring and the page's visibility are by then. */
  private notify(): void {
    this.notifying = this.notifying.then(async () => {
      const wanted = document.visibilityState === 'hidden' ? this.ring : undefined;
      if (this.shown && this.shown.callId !== wanted?.callId) {
        this.shown.close();
        this.shown = undefined;
      }
      if (wanted && !this.shown && globalThis.Notification?.permission === 'granted')
        this.shown = await this.system(wanted);
    }).catch(() => undefined);
  }

  private async system(ring: Ring): Promise<{ callId: string; close(): void }> {
    const { callId, title, body } = ring;
    const tag = `call-${callId}`;
    const options = { body, tag, requireInteraction: true, renotify: true, data: { orleanscalls: ring.push } };
    const registration = await globalThis.navigator.serviceWorker?.getRegistration();
    if (!registration?.active) {
      const notification = new Notification(title, { ...options, data: undefined });
      notification.onclick = () => {
        window.focus();
        this.options.clicked?.(callId);
      };
      return { callId, close: () => notification.close() };
    }
    // Only a service worker's notifications have buttons.
    const actions = [{ action: 'answer', title: ring.answer }, { action: 'decline', title: ring.decline }];
    await registration.showNotification(title, { ...options, actions } as NotificationOptions);
    const close = async () => {
      for (const notification of await registration.getNotifications({ tag }))
        notification.close();
    };
    return { callId, close: () => void close() };
  }
}
