// The dialog that is there, wherever one is on the page, while a call rings.

import type { Session } from '@orleanscalls/client';
import { quickMessages, second } from './callwords';
import { avatar, h, icon, setText } from './dom';
import { callerName, present, ringer, together } from './words';

export interface IncomingHooks {
  /** Answers; a call that goes on is ended. */
  accept(session: Session, video: boolean): void;
  /** Answers; a call that goes on is held. */
  hold(session: Session, video: boolean): void;
  decline(session: Session, message?: string): void;
  silence(session: Session): void;
}

export class Incoming {
  readonly element: HTMLDialogElement;
  private readonly face = h('div', { class: 'pulse' });
  private readonly title = h('h2', { id: 'incoming-title' });
  private readonly detail = h('p', { id: 'incoming-detail', class: 'muted' });
  private readonly accept: HTMLButtonElement;
  private readonly voiceOnly: HTMLButtonElement;
  private readonly silence: HTMLButtonElement;
  private readonly acceptText = h('span');
  private readonly hold: HTMLButtonElement;
  private readonly messages: HTMLDetailsElement;
  private shown: Session | undefined;

  constructor(hooks: IncomingHooks) {
    const act = (run: (session: Session) => void) => () => {
      if (this.shown)
        run(this.shown);
    };
    const button = (text: string | HTMLElement, name: Parameters<typeof icon>[0], kind: string, testId: string, run: (session: Session) => void) =>
      h('button', { type: 'button', class: `big ${kind}`, 'data-testid': testId, onclick: act(run) }, icon(name), typeof text === 'string' ? h('span', {}, text) : text);
    this.accept = button(this.acceptText, 'phone', 'accept', 'incoming-accept', session => hooks.accept(session, session.call.media === 'video'));
    this.voiceOnly = button('Voice only', 'phone', 'plain', 'incoming-accept-audio', session => hooks.accept(session, false));
    this.hold = button(second.hold, 'phone', 'accept', 'incoming-hold', session => hooks.hold(session, session.call.media === 'video'));
    this.messages = h('details', { class: 'messages' }, h('summary', { 'data-testid': 'incoming-messages' }, second.messages),
      h('div', {}, ...quickMessages.map((message, index) => h('button', {
        type: 'button', class: 'soft', 'data-testid': `incoming-message-${index}`, onclick: act(session => hooks.decline(session, message)),
      }, message))));
    this.silence = h('button', { type: 'button', class: 'soft', 'data-testid': 'incoming-silence', onclick: act(hooks.silence) }, icon('bellOff'), 'Silence');
    this.element = h('dialog', {
      class: 'incoming', role: 'alertdialog', 'data-testid': 'incoming', 'aria-labelledby': 'incoming-title', 'aria-describedby': 'incoming-detail',
      onkeydown: (event: KeyboardEvent) => this.key(event, hooks),
    },
      this.face, this.title, this.detail,
      h('div', { class: 'choices' },
        button('Decline', 'hangup', 'decline', 'incoming-decline', session => hooks.decline(session)), this.voiceOnly, this.accept, this.hold),
      this.silence, this.messages);
    // A browser may close a dialog although Escape was taken; the call still rings then.
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
    const more = present(call, session.others).filter(other => other.userId !== from.id).map(other => other.name);
    const isVideo = call.media === 'video';
    this.hold.hidden = !isBusy;
    if (isNew)
      this.messages.open = false;
    if (isNew)
      this.face.replaceChildren(avatar(from.id, caller));
    setText(this.title, caller);
    setText(this.detail, `${isVideo ? 'Video' : 'Voice'} call${more.length > 0 ? ` with ${together(more)}` : ''}${isBusy ? ' · you are in another call' : ''}`);
    setText(this.acceptText, isBusy ? second.end : 'Accept');
    this.accept.querySelector('svg')!.replaceWith(icon(isVideo ? 'video' : 'phone'));
    this.voiceOnly.hidden = !isVideo;
    this.silence.disabled = session.silenced;
    this.element.classList.toggle('silenced', session.silenced);
    if (!this.element.open) {
      this.element.showModal();
      (isBusy ? this.hold : this.accept).focus();
    }
  }

  /** Escape makes it quiet and no more: declining is too much for a key that is also hit by accident. */
  private key(event: KeyboardEvent, hooks: IncomingHooks): void {
    if (event.key !== 'Escape')
      return;
    event.preventDefault();
    if (this.shown && !this.shown.silenced)
      hooks.silence(this.shown);
  }
}
