// One picture of a call: of another party, of the user, or of a screen; an avatar while there is no picture.

import type { Call, DeviceChoices, Peer } from '@orleanscalls/client';
import { qualityDetail, qualityWords } from './callwords';
import { frame } from './call/arrange';
import type { Box, Seat, SeatKind } from './call/arrange';
import { useSpeaker } from './devicedialog';
import { avatar, h, icon, iconButton, initials, setIcon, setText } from './dom';
import { partyWords } from './words';
import { t } from './words/table';

export interface TileHooks {
  /** The browser refused to play without an interaction. */
  blocked(): void;
  /** The picture's size has changed, so that it may need another layout. */
  resized(): void;
  pin(id: string): void;
}

export class Tile {
  readonly element: HTMLElement;
  private readonly video: HTMLVideoElement;
  private readonly face: HTMLElement;
  private readonly label = h('bdi', { class: 'tile-name' });
  private readonly state = h('span', { class: 'tile-state' });
  private readonly muted = h(
    'span', { class: 'tile-muted', role: 'img', 'aria-label': t('muted'), title: t('muted'), hidden: true }, icon('micOff'));
  private readonly quality = h('span', { class: 'tile-quality', role: 'img', hidden: true }, icon('signal'));
  private readonly pin: HTMLButtonElement;
  private box: Box | undefined;
  private tracks = '';

  constructor(
    readonly id: string, userId: string, private readonly kind: SeatKind, isOwn: boolean, private readonly hooks: TileHooks,
  ) {
    const testId = ({ own: 'local-video', person: `remote-video-${userId}`, screen: 'screen-picture' })[kind];
    this.video = h('video', {
      'data-testid': testId, autoplay: true, playsinline: true, onresize: () => this.fit(), onloadedmetadata: () => this.fit(),
    });
    // The own sound must not be played.
    this.video.muted = isOwn;
    this.quality.dataset['testid'] = `quality-${userId}`;
    this.face = avatar(userId, userId);
    this.pin = iconButton('pin', t('pin'), {
      class: 'round small tile-pin', 'data-testid': `pin-${id}`, 'aria-pressed': 'false', onclick: () => hooks.pin(id),
    });
    this.element = h(
      'div', { class: `tile ${kind}`, 'data-seat': id, hidden: true }, h('div', { class: 'pulse' }, this.face), this.video,
      h('div', { class: 'tile-foot' }, this.muted, this.label, this.quality, this.state), this.pin);
  }

  get seat(): Seat {
    const { videoWidth, videoHeight } = this.video;
    return {
      id: this.id, kind: this.kind, ratio: this.hasPicture && videoWidth && videoHeight ? videoWidth / videoHeight : undefined,
    };
  }

  get hasPicture(): boolean {
    return this.element.classList.contains('has-picture');
  }

  /** Another party. */
  show(name: string, call: Call, peer: Peer | undefined, userId: string, isOneOfMany: boolean): void {
    const state = peer?.state;
    const connected = state === 'connected';
    const video = peer?.remote.getVideoTracks().find(track => track.readyState === 'live');
    // The other side's status shows whether its camera is on; without a status its track decides.
    this.name(name, t('pictureOf', { name }), connected && video !== undefined && (peer?.remoteMedia?.video ?? !video.muted));
    this.element.classList.toggle('is-waiting', !connected);
    const isHeld = peer?.remoteMedia?.held === true;
    setText(
      this.state,
      connected
        ? isHeld ? t('heldByOther') : ''
        : peer?.isReconnecting ? t('reconnecting') : isOneOfMany ? partyWords(call, userId) : '');
    this.rate(peer);
    this.muted.hidden = peer?.remoteMedia?.audio !== false;
    this.source(peer?.remote);
  }

  /** The user. */
  showOwn(stream: MediaStream, cameraOn: boolean, muted: boolean): void {
    this.name(t('you'), t('ownPicture'), cameraOn);
    this.muted.hidden = !muted;
    this.source(cameraOn ? stream : undefined);
  }

  /** A shared screen. */
  showScreen(name: string | undefined, stream: MediaStream): void {
    const words = name === undefined ? t('sharingScreen') : t('screenOf', { name });
    this.name(words, words, true);
    // The own screen's sound is already audible.
    this.video.muted = name === undefined;
    this.source(stream);
  }

  /** Places the tile, or hides it. */
  place(box: Box | undefined, isPinned: boolean, canBePinned: boolean): void {
    this.box = box;
    this.element.hidden = !box;
    this.pin.hidden = !canBePinned;
    this.pin.setAttribute('aria-pressed', String(isPinned));
    setIcon(this.pin, 'pin', t(isPinned ? 'unpin' : 'pin', { name: this.label.textContent ?? '' }));
    if (!box)
      return;
    for (const [name, value] of Object.entries(box))
      this.element.style.setProperty(`--${name}`, `${Math.round(value)}px`);
    this.element.style.setProperty(
      '--face', `${Math.round(Math.min(112, Math.max(36, Math.min(box.width, box.height) * 0.36)))}px`);
    this.fit();
  }

  speaks(isSpeaking: boolean): void {
    this.element.classList.toggle('is-speaking', isSpeaking);
  }

  useSpeaker(choices: DeviceChoices): void {
    useSpeaker(this.video, choices);
  }

  private rate(peer: Peer | undefined): void {
    const quality = peer?.quality.current;
    this.quality.hidden = quality === undefined;
    if (!peer || !quality)
      return;
    const words = qualityWords(quality, peer.quality.saving);
    this.quality.dataset['level'] = quality.level;
    this.quality.setAttribute('aria-label', words);
    this.quality.title = `${words} (${qualityDetail(quality)})`;
  }

  play(): void {
    if (!this.video.srcObject)
      return;
    // A new source interrupts one that had not started yet, which is no refusal.
    this.video.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NotAllowedError')
        this.hooks.blocked();
    });
  }

  /** The stream to play; undefined releases it. */
  source(stream: MediaStream | undefined): void {
    const tracks = stream?.getTracks().map(track => track.id).join() ?? '';
    if (this.video.srcObject === (stream ?? null) && tracks === this.tracks)
      return;
    this.tracks = tracks;
    this.video.srcObject = stream ?? null;
    this.play();
  }

  private name(name: string, label: string, hasPicture: boolean): void {
    setText(this.face, initials(name));
    setText(this.label, name);
    if (this.video.getAttribute('aria-label') !== label)
      this.video.setAttribute('aria-label', label);
    if (this.hasPicture !== hasPicture) {
      this.element.classList.toggle('has-picture', hasPicture);
      this.hooks.resized();
    }
  }

  private readonly fit = (): void => {
    const { videoWidth, videoHeight } = this.video;
    if (!this.box || !videoWidth || !videoHeight)
      return;
    const ratio = videoWidth / videoHeight;
    const inside = frame(ratio, this.box, this.kind === 'screen');
    this.video.style.width = `${(inside.width / this.box.width) * 100}%`;
    this.video.style.height = `${(inside.height / this.box.height) * 100}%`;
    if (this.kind === 'own' && this.element.style.getPropertyValue('--ratio') !== ratio.toFixed(2)) {
      this.element.style.setProperty('--ratio', ratio.toFixed(2));
      this.hooks.resized();
    }
  };
}
