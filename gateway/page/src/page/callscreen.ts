// The call that is going on: the people in it, how it stands, and what one can do.

import type { DeviceChoices, Session } from '@orleanscalls/client';
import { deviceDialog, screenWords } from './callwords';
import type { Contacts } from './contacts';
import { h, icon, iconButton, setText } from './dom';
import type { IconName } from './dom';
import { useSpeaker } from './devicedialog';
import { Tile } from './tile';
import { clock, present, statusWords, together } from './words';

export interface CallScreenHooks {
  hangUp(session: Session): void;
  mute(session: Session, muted: boolean): void;
  camera(session: Session, on: boolean): void;
  addPeople(session: Session): void;
  screen(session: Session, on: boolean): void;
  devices(session: Session): void;
}

export class CallScreen {
  readonly element: HTMLElement;
  private readonly title = h('h2', { id: 'call-title' });
  private readonly status = h('span', { class: 'call-status', 'data-testid': 'call-status', role: 'status', 'aria-live': 'polite' });
  private readonly timer = h('span', { class: 'call-timer', 'data-testid': 'call-timer', role: 'timer', 'aria-live': 'off', hidden: true });
  private readonly tiles = h('div', { class: 'tiles' });
  private readonly local = h('video', { class: 'local', 'data-testid': 'local-video', autoplay: true, playsinline: true, 'aria-label': 'Your own picture', hidden: true });
  private readonly sound = h('button', { type: 'button', class: 'primary sound', hidden: true, onclick: () => this.playAll() }, 'Turn the sound on');
  private readonly mute: HTMLButtonElement;
  private readonly camera: HTMLButtonElement;
  private readonly add: HTMLButtonElement;
  private readonly share: HTMLButtonElement;
  private readonly shared = h('video', { class: 'screen', 'data-testid': 'screen-picture', autoplay: true, playsinline: true, hidden: true });
  private readonly hangup: HTMLButtonElement;
  private readonly byUser = new Map<string, Tile>();
  private session: Session | undefined;

  constructor(private readonly me: string, private readonly contacts: Contacts, private readonly choices: DeviceChoices, hooks: CallScreenHooks) {
    this.local.muted = true;
    const act = (run: (session: Session) => void) => () => {
      if (this.session)
        run(this.session);
    };
    this.mute = iconButton('mic', 'Mute', { class: 'control', 'data-testid': 'mute', onclick: act(s => hooks.mute(s, !s.media.muted)) });
    this.camera = iconButton('video', 'Camera', { class: 'control', 'data-testid': 'camera', onclick: act(s => hooks.camera(s, !s.media.cameraOn)) });
    this.share = iconButton('screen', screenWords.share, { class: 'control', 'data-testid': 'share-screen', onclick: act(s => hooks.screen(s, !s.media.screen)) });
    const devices = iconButton('settings', deviceDialog.title, { class: 'control', 'data-testid': 'call-devices', onclick: act(hooks.devices) });
    this.add = iconButton('addPerson', 'Add people', { class: 'control', 'data-testid': 'add-people', onclick: act(hooks.addPeople) });
    this.hangup = iconButton('hangup', 'Hang up', { class: 'control hangup', 'data-testid': 'hangup', onclick: act(hooks.hangUp) });
    this.element = h('section', { class: 'call-screen', 'data-testid': 'call-screen', 'aria-labelledby': 'call-title', hidden: true },
      h('header', {}, this.title, h('p', {}, this.status, this.timer)),
      h('div', { class: 'stage' }, this.shared, this.tiles, this.local, this.sound),
      h('div', { class: 'controls', role: 'group', 'aria-label': 'Call controls' }, this.mute, this.camera, this.share, this.add, devices, this.hangup));
    setInterval(() => this.tick(), 500);
  }

  show(session: Session | undefined): void {
    const isNew = session !== this.session;
    this.session = session;
    this.element.hidden = session === undefined;
    if (isNew) {
      this.tiles.replaceChildren();
      this.byUser.clear();
      this.local.srcObject = this.shared.srcObject = null;
      this.timer.hidden = true;
      this.sound.hidden = true;
    }
    if (!session)
      return;
    const others = present(session.call, session.others).map(other => ({ ...other, name: this.contacts.called(other) }));
    setText(this.title, together(others.map(other => other.name)));
    this.showTiles(session, others);
    this.showScreen(session, others);
    this.showStatus(session);
    this.showLocal(session);
    this.showControls(session);
    this.tick();
    if (isNew)
      this.hangup.focus({ preventScroll: true });
  }

  private showTiles(session: Session, others: { userId: string; name: string }[]): void {
    const ids = new Set(others.map(other => other.userId));
    for (const [userId, tile] of this.byUser) {
      if (!ids.has(userId)) {
        tile.element.remove();
        this.byUser.delete(userId);
      }
    }
    for (const other of others) {
      let tile = this.byUser.get(other.userId);
      if (!tile) {
        tile = new Tile(other.userId, () => this.sound.hidden = false);
        tile.useSpeaker(this.choices);
        this.byUser.set(other.userId, tile);
        this.tiles.append(tile.element);
      }
      tile.show(other.name, session.call, session.media.peer(other.userId), others.length > 1);
    }
    const tiles = others.length + (session.media.cameraOn ? 1 : 0);
    this.element.classList.toggle('is-group', others.length > 1);
    this.element.dataset['tiles'] = String(tiles);
    this.element.style.setProperty('--columns', String(tiles <= 4 ? 2 : tiles <= 9 ? 3 : 4));
    this.element.style.setProperty('--narrow-columns', String(tiles <= 2 ? 1 : tiles <= 8 ? 2 : 3));
  }

  /** Another speaker was chosen. */
  useSpeaker(): void {
    for (const tile of this.byUser.values())
      tile.useSpeaker(this.choices);
    useSpeaker(this.shared, this.choices);
  }

  /** The screen that is shared: the other's with its sound, or the own one without. */
  private showScreen(session: Session, others: { userId: string; name: string }[]): void {
    const sharer = session.media.screenOf;
    const stream = sharer === undefined ? session.media.screen : session.media.peer(sharer)?.media.remoteScreen;
    this.shared.hidden = stream === undefined;
    this.element.classList.toggle('has-screen', stream !== undefined);
    this.shared.muted = sharer === undefined;
    const name = others.find(other => other.userId === sharer)?.name;
    this.shared.setAttribute('aria-label', name === undefined ? screenWords.sharing : screenWords.of(name));
    if (this.shared.srcObject !== (stream ?? null)) {
      this.shared.srcObject = stream ?? null;
      this.shared.play().catch(() => undefined);
    }
  }

  private showStatus(session: Session): void {
    const peers = session.others.flatMap(({ userId }) => session.media.peer(userId) ?? []);
    const connected = peers.some(peer => peer.state === 'connected');
    const reconnecting = !connected && peers.some(peer => peer.isReconnecting);
    setText(this.status, statusWords(session.call, this.me, connected, reconnecting));
    this.element.classList.toggle('is-connected', connected);
    this.element.classList.toggle('is-waiting', !connected);
  }

  private showLocal(session: Session): void {
    const { stream, cameraOn } = session.media;
    this.local.hidden = !cameraOn;
    if (cameraOn && this.local.srcObject !== stream)
      this.local.srcObject = stream;
    // Before anybody is there the own picture is the one to look at.
    this.element.classList.toggle('is-previewing', cameraOn && session.talkingMs === undefined && !session.isIncoming);
  }

  private showControls(session: Session): void {
    const { muted, cameraOn, isOpen, microphone } = session.media;
    toggle(this.mute, muted, muted ? 'micOff' : 'mic', muted ? 'Unmute' : 'Mute');
    toggle(this.camera, !cameraOn, cameraOn ? 'video' : 'videoOff', cameraOn ? 'Turn the camera off' : 'Turn the camera on');
    this.mute.disabled = !isOpen || microphone !== 'on';
    this.camera.disabled = !isOpen;
    const { screen, canShareScreen } = session.media;
    toggle(this.share, screen !== undefined, screen ? 'screenOff' : 'screen', screen ? screenWords.stop : screenWords.share);
    this.share.hidden = !canShareScreen;
    this.share.disabled = session.talkingMs === undefined;
    this.add.disabled = session.call.answeredAt === undefined;
  }

  private tick(): void {
    const talkingMs = this.session?.talkingMs;
    this.timer.hidden = talkingMs === undefined;
    if (talkingMs !== undefined)
      setText(this.timer, clock(Math.floor(talkingMs / 1000)));
  }

  private playAll(): void {
    this.sound.hidden = true;
    for (const tile of this.byUser.values())
      tile.play();
  }
}

/** A control that is on, off, or crossed out. */
function toggle(button: HTMLButtonElement, off: boolean, name: IconName, label: string): void {
  if (button.getAttribute('aria-label') === label && button.classList.contains('off') === off)
    return;
  button.classList.toggle('off', off);
  button.setAttribute('aria-label', label);
  button.title = label;
  button.replaceChildren(icon(name));
}
