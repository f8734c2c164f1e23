// The dialog of a ringing call, on every part of the page.

import type { Session } from '@orleanscalls/client';
import { quickMessages } from './callwords';
import { avatar, changeIcon, h, icon, setText } from './dom';
import type { IconName } from './dom';
import { open } from './ui/menu';
import { callerName, present, ringer } from './words';
import { t, tidy, together } from './words/table';

export interface IncomingHooks {
  /** Accepts; an active call is ended. */
  accept(session: Session, video: boolean): void;
  /** Declines, with or without a text for the caller. */
  decline(session: Session, words?: string): void;
  silence(session: Session): void;
  /** Accepts; an active call is held. */
  hold(session: Session, video: boolean): void;
}

export class Incoming {
  readonly element: HTMLDialogElement;
  private readonly face = h('div', { class: 'pulse' });
  private readonly title = h('h2', { id: 'incoming-title' });
  private readonly detail = h('p', { id: 'incoming-detail', class: 'muted' });
  private readonly accept: HTMLButtonElement;
  private readonly hold: HTMLButtonElement;
  private readonly voiceOnly: HTMLButtonElement;
  private readonly silence: HTMLButtonElement;
  private readonly acceptText = h('span');
  private shown: Session | undefined;

  constructor(private readonly hooks: IncomingHooks) {
    const act = (run: (session: Session) => void) => () => {
      if (this.shown)
        run(this.shown);
    };
    const button = (
      text: string | HTMLElement, name: IconName, kind: string, testId: string, run: (session: Session) => void, keys?: string,
    ) =>
      h('button', { type: 'button', class: `big ${kind}`, 'data-testid': testId, 'aria-keyshortcuts': keys, onclick: act(run) },
        icon(name), typeof text === 'string' ? h('span', {}, text) : text);
    const withVideo = (session: Session) => session.call.media === 'video';
    this.accept = button(
      this.acceptText, 'phone', 'accept', 'incoming-accept', session => hooks.accept(session, withVideo(session)), 'A');
    this.hold = button(
      t('holdAndAccept'), 'pause', 'accept', 'incoming-hold', session => hooks.hold(session, withVideo(session)));
    this.voiceOnly = button(t('voiceOnly'), 'phone', 'plain', 'incoming-accept-audio', session => hooks.accept(session, false));
    this.silence = h(
      'button', { type: 'button', class: 'soft', 'data-testid': 'incoming-silence', onclick: act(hooks.silence) },
      icon('bellOff'), t('silence'));
    const message: HTMLButtonElement = h('button', {
      type: 'button', class: 'soft', 'data-testid': 'incoming-message', 'aria-haspopup': 'menu', 'aria-expanded': 'false',
      onclick: act(session => open(message, t('declineWith'), quickMessages.map(key =>
        ({ id: key, icon: 'message' as const, label: t(key), run: () => hooks.decline(session, t(key)) })))),
    }, icon('message'), t('message'));
    this.element = h('dialog', {
      class: 'incoming', role: 'alertdialog', 'data-testid': 'incoming', 'aria-labelledby': 'incoming-title',
      'aria-describedby': 'incoming-detail',
      onkeydown: (event: KeyboardEvent) => this.key(event),
    },
      this.face, this.title, this.detail,
      h('div', { class: 'choices' },
        button(t('decline'), 'hangup', 'decline', 'incoming-decline', session => hooks.decline(session), 'Shift+H'),
        this.voiceOnly, this.hold, this.accept),
      h('div', { class: 'choices-small' }, this.silence, message));
    // A browser may close a dialog although Escape was handled; the call still rings then.
    this.element.addEventListener('close', () => this.shown && this.element.showModal());
  }

  show(session: Session | undefined, isBusy: boolean): void {
    const isNew = session !== this.shown;
    this.shown = session;
    if (!session) {
      if (this.element.open)
        this.element.close();
      return;
    }
    const { call } = session;
    const from = ringer(call);
    const caller = callerName(call);
    const more = present(call, session.others).filter(other => other.userId !== from.id).map(other => tidy(other.name));
    const isVideo = call.media === 'video';
    if (isNew)
      this.face.replaceChildren(avatar(from.id, caller));
    setText(this.title, caller);
    const kind = more.length > 0
      ? t(isVideo ? 'videoCallWith' : 'voiceCallWith', { who: together(more) }) : t(isVideo ? 'videoCall' : 'voiceCall');
    setText(this.detail, isBusy ? `${kind} · ${t('youAreInACall')}` : kind);
    setText(this.acceptText, t(isBusy ? 'endAndAccept' : 'accept'));
    changeIcon(this.accept, isVideo ? 'video' : 'phone');
    this.voiceOnly.hidden = !isVideo || isBusy;
    this.hold.hidden = !isBusy;
    this.silence.disabled = session.silenced;
    this.element.classList.toggle('silenced', session.silenced);
    if (!this.element.open) {
      this.element.showModal();
      (isBusy ? this.hold : this.accept).focus();
    }
  }

  /** The test id of the button that a key presses. */
  get acceptId(): string {
    return this.hold.hidden ? 'incoming-accept' : 'incoming-hold';
  }

  /** Escape only silences the ring: declining is too much for a key that may be pressed by accident. */
  private key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || (event.target as Element).closest('[popover]'))
      return;
    event.preventDefault();
    if (this.shown && !this.shown.silenced)
      this.hooks.silence(this.shown);
  }
}
