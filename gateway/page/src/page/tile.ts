// One other person in a call: picture and sound, or a face while there is no picture.

import type { Call, DeviceChoices, Peer } from '@orleanscalls/client';
import { qualityDetail, qualityWords, second } from './callwords';
import { useSpeaker } from './devicedialog';
import { avatar, h, icon, initials, setText } from './dom';
import { partyWords } from './words';

export class Tile {
  readonly element: HTMLElement;
  private readonly video: HTMLVideoElement;
  private readonly face: HTMLElement;
  private readonly label = h('span', { class: 'tile-name' });
  private readonly state = h('span', { class: 'tile-state' });
  private readonly muted = h('span', { class: 'tile-muted', role: 'img', 'aria-label': 'muted', hidden: true }, icon('micOff'));
  private readonly quality = h('span', { class: 'tile-quality', role: 'img', hidden: true }, icon('signal'));
  private tracks = '';

  constructor(private readonly userId: string, private readonly blocked: () => void) {
    this.video = h('video', { 'data-testid': `remote-video-${userId}`, autoplay: true, playsinline: true });
    this.face = avatar(userId, userId);
    this.element = h('div', { class: 'tile' }, h('div', { class: 'pulse' }, this.face), this.video,
      h('div', { class: 'tile-foot' }, this.muted, this.label, this.state, this.quality));
    this.quality.dataset['testid'] = `quality-${userId}`;
  }

  useSpeaker(choices: DeviceChoices): void {
    useSpeaker(this.video, choices);
  }

  show(name: string, call: Call, peer: Peer | undefined, isOneOfMany: boolean): void {
    setText(this.face, initials(name));
    this.video.setAttribute('aria-label', `Picture of ${name}`);
    const state = peer?.state;
    const connected = state === 'connected';
    const video = peer?.remote.getVideoTracks().find(track => track.readyState === 'live');
    // The other side says whether its camera is on; one that does not say shows what it sends.
    const hasPicture = connected && video !== undefined && (peer?.remoteMedia?.video ?? !video.muted);
    this.element.classList.toggle('has-picture', hasPicture);
    this.element.classList.toggle('is-waiting', !connected);
    setText(this.label, isOneOfMany || hasPicture ? name : '');
    const held = peer?.remoteMedia?.held === true;
    setText(this.state, connected ? held ? second.onHold : '' : peer?.isReconnecting ? 'Reconnecting…' : isOneOfMany ? partyWords(call, this.userId) : '');
    this.showQuality(peer);
    this.muted.hidden = peer?.remoteMedia?.audio !== false;
    const tracks = peer?.remote.getTracks().map(track => track.id).join() ?? '';
    if (peer && (this.video.srcObject !== peer.remote || tracks !== this.tracks)) {
      this.tracks = tracks;
      this.video.srcObject = peer.remote;
      this.play();
    }
  }

  private showQuality(peer: Peer | undefined): void {
    const quality = peer?.quality.current;
    this.quality.hidden = quality === undefined;
    if (!peer || !quality)
      return;
    this.quality.dataset['level'] = quality.level;
    this.quality.title = qualityDetail(quality);
    this.quality.setAttribute('aria-label', qualityWords(quality, peer.quality.saving));
  }

  play(): void {
    // A new source takes the place of one that had not started yet: that is no refusal.
    this.video.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NotAllowedError')
        this.blocked();
    });
  }
}
