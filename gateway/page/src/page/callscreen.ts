// The call that is going on: the people in it, how it stands, and what one can do.

import type { CallSession } from '../client';
import type { Contacts } from './contacts';
import { h, icon, iconButton, setText } from './dom';
import type { IconName } from './dom';
import { Tile } from './tile';
import { clock, present, statusWords, together } from './words';

export interface CallScreenHooks {
  hangUp(session: CallSession): void;
  mute(session: CallSession, muted: boolean): void;
  camera(session: CallSession, on: boolean): void;
  addPeople(session: CallSession): void;
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
  private readonly hangup: HTMLButtonElement;
  private readonly byUser = new Map<string, Tile>();
  private session: CallSession | undefined;

  constructor(private readonly me: string, private readonly contacts: Contacts, hooks: CallScreenHooks) {
    this.local.muted = true;
    const act = (run: (session: CallSession) => void) => () => {
      if (this.session)
        run(this.session);
    };
    this.mute = iconButton('mic', 'Mute', { class: 'control', 'data-testid': 'mute', onclick: act(s => hooks.mute(s, !s.media.muted)) });
    this.camera = iconButton('video', 'Camera', { class: 'control', 'data-testid': 'camera', onclick: act(s => hooks.camera(s, !s.media.cameraOn)) });
    this.add = iconButton('addPerson', 'Add people', { class: 'control', 'data-testid': 'add-people', onclick: act(hooks.addPeople) });
    this.hangup = iconButton('hangup', 'Hang up', { class: 'control hangup', 'data-testid': 'hangup', onclick: act(hooks.hangUp) });
    this.element = h('section', { class: 'call-screen', 'data-testid': 'call-screen', 'aria-labelledby': 'call-title', hidden: true },
      h('header', {}, this.title, h('p', {}, this.status, this.timer)),
      h('div', { class: 'stage' }, this.tiles, this.local, this.sound),
      h('div', { class: 'controls', role: 'group', 'aria-label': 'Call controls' }, this.mute, this.camera, this.add, this.hangup));
    setInterval(() => this.tick(), 500);
  }

  show(session: CallSession | undefined): void {
    const isNew = session !== this.session;
    this.session = session;
    this.element.hidden = session === undefined;
    if (isNew) {
      this.tiles.replaceChildren();
      this.byUser.clear();
      this.local.srcObject = null;
      this.timer.hidden = true;
      this.sound.hidden = true;
    }
    if (!session)
      return;
    const others = present(session.call, session.others).map(other => ({ ...other, name: this.contacts.called(other) }));
    setText(this.title, together(others.map(other => other.name)));
    this.showTiles(session, others);
    this.showStatus(session);
    this.showLocal(session);
    this.showControls(session);
    this.tick();
    if (isNew)
      this.hangup.focus({ preventScroll: true });
  }

  private showTiles(session: CallSession, others: { userId: string; name: string }[]): void {
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
        this.byUser.set(other.userId, tile);
        this.tiles.append(tile.element);
      }
      tile.show(other.name, session.call, session.peers.get(other.userId), others.length > 1);
    }
    this.tiles.dataset['count'] = String(others.length);
  }

  private showStatus(session: CallSession): void {
    const states = session.peers.userIds.map(userId => session.peers.get(userId)!.state);
    const connected = states.includes('connected');
    const reconnecting = !connected && session.talkingSince !== undefined
      && states.some(state => state === 'disconnected' || state === 'failed');
    setText(this.status, statusWords(session.call, this.me, connected, reconnecting));
    this.element.classList.toggle('is-connected', connected);
    this.element.classList.toggle('is-waiting', !connected);
  }

  private showLocal(session: CallSession): void {
    const { stream, cameraOn } = session.media;
    this.local.hidden = !cameraOn;
    if (cameraOn && this.local.srcObject !== stream)
      this.local.srcObject = stream;
    // Before anybody is there the own picture is the one to look at.
    this.element.classList.toggle('is-previewing', cameraOn && session.talkingSince === undefined && !session.isIncoming);
  }

  private showControls(session: CallSession): void {
    const { muted, cameraOn } = session.media;
    toggle(this.mute, muted, muted ? 'micOff' : 'mic', muted ? 'Unmute' : 'Mute');
    toggle(this.camera, !cameraOn, cameraOn ? 'video' : 'videoOff', cameraOn ? 'Turn the camera off' : 'Turn the camera on');
    const hasMedia = session.media.audioTrack !== undefined;
    this.mute.disabled = this.camera.disabled = !hasMedia;
    this.add.disabled = session.call.answeredAt === undefined;
  }

  private tick(): void {
    const since = this.session?.talkingSince;
    this.timer.hidden = since === undefined;
    if (since !== undefined)
      setText(this.timer, clock(Math.max(0, Math.floor((Date.now() - since) / 1000))));
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
