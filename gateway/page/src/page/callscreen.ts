// The active call: its parties, its state, and its controls.

import type { DeviceChoices, Session } from '@orleanscalls/client';
import { Stage } from './call/stage';
import type { Party } from './call/stage';
import { CallWindow } from './call/window';
import type { Contacts } from './contacts';
import { h, iconButton, setIcon, setText } from './dom';
import type { IconName } from './dom';
import { keep, kept } from './preferences';
import { clock, present, statusWords } from './words';
import { t, together } from './words/table';

export interface CallScreenHooks {
  hangUp(session: Session): void;
  mute(session: Session, muted: boolean): void;
  camera(session: Session, on: boolean): void;
  addPeople(session: Session): void;
  screen(session: Session, on: boolean): void;
  devices(session: Session): void;
  /** The call was minimized, or the list beside it hidden; or restored. */
  resize(): void;
  /** The call is in its own window. */
  moved(to: Document): void;
  failed(error: unknown): void;
}

export class CallScreen {
  readonly element: HTMLElement;
  readonly stage: Stage;
  readonly window: CallWindow;
  private readonly title = h('h2', { id: 'call-title' });
  private readonly status = h(
    'span', { class: 'call-status', 'data-testid': 'call-status', role: 'status', 'aria-live': 'polite' });
  private readonly timer = h(
    'span', { class: 'call-timer', 'data-testid': 'call-timer', role: 'timer', 'aria-live': 'off', hidden: true });
  private readonly speaking = h('span', { class: 'call-speaking', hidden: true });
  private readonly sound = h(
    'button', { type: 'button', class: 'primary sound', 'data-testid': 'sound-on', hidden: true, onclick: () => this.playAll() },
    t('soundOn'));
  private readonly mute: HTMLButtonElement;
  private readonly camera: HTMLButtonElement;
  private readonly add: HTMLButtonElement;
  private readonly share: HTMLButtonElement;
  private readonly hangup: HTMLButtonElement;
  private readonly layout: HTMLButtonElement;
  private readonly pip: HTMLButtonElement;
  private readonly full: HTMLButtonElement;
  private readonly shrink: HTMLButtonElement;
  private names = new Map<string, string>();
  private session: Session | undefined;
  /** The focus before the call. */
  private before: Element | null = null;
  private mode: 'grid' | 'speaker' = kept('layout') === 'speaker' ? 'speaker' : 'grid';

  /** @param held The calls on hold. */
  constructor(
    me: string, private readonly contacts: Contacts, choices: DeviceChoices, held: HTMLElement, hooks: CallScreenHooks,
  ) {
    const act = (run: (session: Session) => void) => () => {
      if (this.session)
        run(this.session);
    };
    const control = (name: IconName, testId: string, label: string, run: (session: Session) => void, keys?: string) =>
      iconButton(
        name, label, { class: `control ${testId}`, 'data-testid': testId, 'aria-keyshortcuts': keys, onclick: act(run) });
    this.stage = new Stage(
      me, choices, { blocked: () => this.sound.hidden = false, speaking: ids => this.showSpeaking(ids), mode: () => this.mode });
    this.mute = control('mic', 'mute', t('mute'), s => hooks.mute(s, !s.media.muted), 'M');
    this.camera = control('video', 'camera', t('cameraOff'), s => hooks.camera(s, !s.media.cameraOn), 'V');
    this.add = control('addPerson', 'add-people', t('addPeople'), hooks.addPeople);
    this.share = control('screen', 'share-screen', t('shareScreen'), s => hooks.screen(s, !s.media.screen));
    this.hangup = control('hangup', 'hangup', t('hangUp'), hooks.hangUp, 'Shift+H');
    this.layout = iconButton(
      'grid', t('layoutGrid'), { class: 'round', 'data-testid': 'layout', onclick: () => this.toggleLayout() });
    this.pip = iconButton('pip', t('pip'), { class: 'round', 'data-testid': 'pip', onclick: () => void this.window.toggle() });
    this.full = iconButton(
      'fullScreen', t('fullScreen'), { class: 'round', 'data-testid': 'full-screen', onclick: () => void this.window.fill() });
    this.shrink = iconButton(
      'down', t('makeSmall'), { class: 'round shrink', 'data-testid': 'shrink', onclick: () => hooks.resize() });
    const devices = control('settings', 'call-devices', t('devices'), hooks.devices);
    this.element = h(
      'section', { class: 'call-screen', 'data-testid': 'call-screen', 'aria-labelledby': 'call-title', hidden: true },
      h('header', { class: 'call-head' },
        this.shrink,
        iconButton('sidebar', t('hideList'), { class: 'round widen', 'data-testid': 'widen', onclick: () => hooks.resize() }),
        h('div', { class: 'call-titles' }, this.title, h('p', {}, this.status, this.timer, this.speaking)),
        h('div', { class: 'call-views' }, this.layout, this.pip, this.full)),
      held, this.stage.element, this.sound,
      h(
        'div', { class: 'controls', role: 'group', 'aria-label': t('callControls') }, this.mute, this.camera, this.share,
        this.add, devices, this.hangup));
    this.window = new CallWindow(this.element, {
      changed: () => this.showViews(), moved: hooks.moved, video: () => this.stage.mainVideo, failed: hooks.failed,
    });
    setInterval(() => this.tick(), 500);
  }

  show(session: Session | undefined): void {
    const isNew = session !== this.session;
    this.session = session;
    this.element.hidden = session === undefined;
    if (isNew && session)
      this.before ??= document.activeElement;
    if (isNew) {
      this.timer.hidden = this.sound.hidden = this.speaking.hidden = true;
      if (!session)
        this.window.comeBack();
    }
    if (!session) {
      this.giveBackFocus();
      return this.stage.show(undefined, []);
    }
    const others = present(session.call, session.others).map(other => ({ ...other, name: this.contacts.called(other) }));
    this.names = new Map(others.map(({ userId, name }) => [userId, name]));
    setText(this.title, together(others.map(other => other.name)));
    this.stage.show(session, others);
    this.showStatus(session, others);
    this.showControls(session);
    this.showViews();
    this.tick();
    if (isNew)
      this.hangup.focus({ preventScroll: true });
  }

  /** The call was minimized in its page, or restored. */
  small(isSmall: boolean): void {
    setIcon(this.shrink, 'down', t(isSmall ? 'makeLarge' : 'makeSmall'));
  }

  /** A call started by a key returns the focus to where it was. */
  private giveBackFocus(): void {
    const now = document.activeElement;
    if ((now === document.body || this.element.contains(now)) && this.before instanceof HTMLElement && this.before.isConnected)
      this.before.focus({ preventScroll: true });
    this.before = null;
  }

  private showStatus(session: Session, others: Party[]): void {
    const peers = session.others.flatMap(({ userId }) => session.media.peer(userId) ?? []);
    const connected = peers.some(peer => peer.state === 'connected');
    const reconnecting = !connected && peers.some(peer => peer.isReconnecting);
    setText(this.status, statusWords(session.call, this.contacts.me, connected, reconnecting));
    this.element.classList.toggle('is-connected', connected);
    this.element.classList.toggle('is-waiting', !connected);
    this.element.classList.toggle('is-group', others.length > 1);
  }

  private showControls(session: Session): void {
    const { muted, cameraOn, isOpen, microphone, screen, canShareScreen } = session.media;
    toggle(this.mute, muted, muted ? 'micOff' : 'mic', t(muted ? 'unmute' : 'mute'));
    toggle(this.camera, !cameraOn, cameraOn ? 'video' : 'videoOff', t(cameraOn ? 'cameraOff' : 'cameraOn'));
    toggle(this.share, screen !== undefined, 'screen', t(screen ? 'stopScreen' : 'shareScreen'));
    this.share.hidden = !canShareScreen;
    this.share.disabled = session.talkingMs === undefined;
    this.mute.disabled = !isOpen || microphone !== 'on';
    this.camera.disabled = !isOpen;
    this.add.disabled = session.call.answeredAt === undefined;
  }

  private showViews(): void {
    this.layout.hidden = this.stage.count < 3;
    setIcon(this.layout, this.mode === 'grid' ? 'spotlight' : 'grid', t(this.mode === 'grid' ? 'layoutSpeaker' : 'layoutGrid'));
    this.pip.hidden = !this.window.canLeave;
    this.full.hidden = !this.window.canFill;
    setIcon(this.pip, 'pip', t(this.window.isOut ? 'pipBack' : 'pip'));
    setIcon(
      this.full, this.window.isFull ? 'exitFullScreen' : 'fullScreen', t(this.window.isFull ? 'fullScreenEnd' : 'fullScreen'));
    this.stage.arrange();
  }

  private showSpeaking(ids: string[]): void {
    this.speaking.hidden = ids.length === 0 || this.names.size < 2;
    setText(
      this.speaking,
      this.speaking.hidden ? '' : t('speaking', { n: ids.length, who: together(ids.map(id => this.names.get(id) ?? id)) }));
  }

  private toggleLayout(): void {
    this.mode = this.mode === 'grid' ? 'speaker' : 'grid';
    keep('layout', this.mode);
    this.stage.pin(undefined);
    this.showViews();
  }

  private tick(): void {
    const talkingMs = this.session?.talkingMs;
    this.timer.hidden = talkingMs === undefined;
    if (talkingMs !== undefined)
      setText(this.timer, clock(Math.floor(talkingMs / 1000)));
  }

  private playAll(): void {
    this.sound.hidden = true;
    this.stage.play();
  }
}

/** A control that is on, off, or crossed out. */
function toggle(button: HTMLButtonElement, off: boolean, name: IconName, label: string): void {
  button.classList.toggle('off', off);
  setIcon(button, name, label);
}
