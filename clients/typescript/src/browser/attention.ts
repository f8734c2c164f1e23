// Draws attention to a ringing call outside of the page: the tab's title and icon, and a system notification with buttons.

import type { CallPush } from '../push/payload.js';

/** The texts of a ringing call, in the app's language. */
export interface Ring {
  callId: string;
  /** The tab's title while it rings; composed of the other two by default. */
  heading?: string;
  /** The caller, for the notification. */
  title: string;
  /** The call's id. */
  body: string;
  /** The labels of the two buttons. */
  answer: string;
  decline: string;
  /** For the notification's click; see `handlePushes`. */
  push: CallPush;
}

/** The parts of the browser that {@link Attention} uses; all have defaults. */
export interface AttentionOptions {
  /** The icon of the tab while a call rings. */
  ringingIcon?: string;
  /** Called when the notification itself (not a button) was clicked and no service worker can handle it. */
  clicked?(callId: string): void;
}

/** Draws attention to a ringing call outside of the page. */
export class Attention {
  private ring: Ring | undefined;
  private title: string | undefined;
  private icon: string | undefined;
  private notifying: Promise<void> = Promise.resolve();
  private shown: { callId: string; close(): void } | undefined;

  /** Creates an instance that shows nothing yet. */
  constructor(private readonly options: AttentionOptions = {}) {
    document.addEventListener('visibilitychange', this.visibilityChanged);
  }

  /** Shows a ringing call, or clears it. Idempotent. */
  show(ring: Ring | undefined): void {
    if (ring?.callId === this.ring?.callId)
      return;
    this.ring = ring;
    this.mark(ring);
    this.notify();
  }

  /** Restores the tab. */
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

  /** Notifications are shown and closed one after the other, each according to the latest state of ring and page. */
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
    // Only notifications of a service worker can have buttons.
    const actions = [{ action: 'answer', title: ring.answer }, { action: 'decline', title: ring.decline }];
    await registration.showNotification(title, { ...options, actions } as NotificationOptions);
    const close = async () => {
      for (const notification of await registration.getNotifications({ tag }))
        notification.close();
    };
    return { callId, close: () => void close() };
  }
}
