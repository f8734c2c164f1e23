// What this browser lacks of what calls need: a line for each, and what to do.

import { checkBrowser } from '@orleanscalls/client/browser';
import type { Lack } from '@orleanscalls/client/browser';
import { keep, kept } from '../preferences';
import type { Banners } from '../ui/banners';
import { t } from '../words/table';
import type { Key } from '../words/table';

const words: Record<Lack, Key> = {
  insecure: 'lackInsecure', no_webrtc: 'lackWebRtc', no_websocket: 'lackWebSocket', no_microphone: 'lackMicrophone', no_camera: 'lackCamera',
  microphone_denied: 'lackMicrophoneDenied', camera_denied: 'lackCameraDenied', storage_blocked: 'lackStorage',
  notifications_off: 'lackNotifications', notifications_denied: 'notificationsDenied', no_sound: 'lackSound',
};
const severe: readonly Lack[] = ['insecure', 'no_webrtc', 'no_websocket'];

export class Lacks {
  /** Said once is enough, also after a reload. */
  private readonly dismissed = new Set((kept('lacks') ?? '').split(','));
  private readonly shown = new Set<Lack>();
  private readonly look = () => void this.check();

  /** Looks at once, and again whenever devices come or go. */
  constructor(private readonly banners: Banners) {
    navigator.mediaDevices?.addEventListener('devicechange', this.look);
    this.look();
  }

  private async check(): Promise<void> {
    const lacks = (await checkBrowser()).filter(lack => !this.dismissed.has(lack));
    for (const lack of this.shown)
      if (!lacks.includes(lack))
        this.banners.clear(`lack-${lack}`);
    this.shown.clear();
    for (const lack of lacks) {
      this.shown.add(lack);
      this.banners.set(`lack-${lack}`, {
        text: t(words[lack]),
        kind: severe.includes(lack) ? 'error' : 'info',
        ...(lack === 'notifications_off' ? { action: { label: t('allowNotifications'), run: () => void this.allow() } } : {}),
        dismissed: () => keep('lacks', [...this.dismissed.add(lack)].join()),
      });
    }
  }

  private async allow(): Promise<void> {
    await Notification.requestPermission();
    await this.check();
  }
}
