// Ringing while the page is closed: this browser's subscription, and the requests of its service worker.

import { listenToWorker, subscribePush, unsubscribePush } from '@orleanscalls/client/push';
import type { PushAccount, PushState, WorkerQuestions } from '@orleanscalls/client/push';
import type { CallClient, TokenProvider } from '@orleanscalls/client';
import type { Identity } from './identity';
import { forgetRung, rung, setRung } from './rung';
import { registerWorker } from './shell';

export interface PushHooks {
  /** A notification was clicked. */
  open(callId: string, answer: boolean, decline: boolean): void;
  /** Whether this call rings in this tab, which has then shown the notification. */
  knows(callId: string): boolean;
  failed(error: unknown): void;
}

export class Push {
  private readonly account: PushAccount;
  private isMine = false;

  constructor(private readonly identity: Identity, private readonly client: CallClient, token: TokenProvider, hooks: PushHooks) {
    this.account = { deviceId: identity.deviceId, token };
    const questions: WorkerQuestions = {
      shows: () => this.isMine && client.connectionState === 'connected',
      open: (callId, answer, decline) => {
        const isOurs = this.isMine || hooks.knows(callId);
        if (isOurs)
          hooks.open(callId, answer, decline);
        return isOurs;
      },
      renew: () => {
        if (this.isMine)
          void this.subscribe().catch(hooks.failed);
        return this.isMine;
      },
    };
    listenToWorker(questions);
  }

  /** Whether this browser and the service support it. */
  async isOffered(): Promise<boolean> {
    return 'serviceWorker' in navigator && 'PushManager' in window && (await this.client.config()).webPushKey !== undefined;
  }

  /** Whether this tab's device is the subscribed one; its subscription is renewed when necessary. */
  async load(): Promise<boolean> {
    this.isMine = (await rung())?.deviceId === this.identity.deviceId;
    return this.isMine && await this.subscribe() === 'on';
  }

  /** Requests permission: only in a click. */
  async turnOn(): Promise<PushState> {
    const state = await Notification.requestPermission() === 'granted'
      ? await this.subscribe()
      : Notification.permission as PushState;
    if (state === 'on') {
      await setRung(this.identity);
      this.isMine = true;
    }
    return state;
  }

  async turnOff(): Promise<void> {
    if (!this.isMine)
      return;
    this.isMine = false;
    await forgetRung();
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration)
      await unsubscribePush(registration, this.account);
  }

  private async subscribe(): Promise<PushState> {
    await registerWorker();
    return await subscribePush(await navigator.serviceWorker.ready, this.account);
  }
}
