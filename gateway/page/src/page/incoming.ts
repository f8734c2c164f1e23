// The dialog that is there, wherever one is on the page, while a call rings.

import type { Session } from '@orleanscalls/client';
import { avatar, h, icon, setText } from './dom';
import { present, ringer, together } from './words';

export interface IncomingHooks {
  accept(session: Session, video: boolean): void;
  decline(session: Session): void;
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
    this.silence = h('button', { type: 'button', class: 'soft', 'data-testid': 'incoming-silence', onclick: act(hooks.silence) }, icon('bellOff'), 'Silence');
    this.element = h('dialog', {
      class: 'incoming', role: 'alertdialog', 'data-testid': 'incoming', 'aria-labelledby': 'incoming-title', 'aria-describedby': 'incoming-detail',
      onkeydown: (event: KeyboardEvent) => this.key(event, hooks),
    },
      this.face, this.title, this.detail,
      h('div', { class: 'choices' },
        button('Decline', 'hangup', 'decline', 'incoming-decline', hooks.decline), this.voiceOnly, this.accept),
      this.silence);
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
    const caller = from.name || from.id;
    const more = present(call, session.others).filter(other => other.userId !== from.id).map(other => other.name);
    const isVideo = call.media === 'video';
    if (isNew)
      this.face.replaceChildren(avatar(from.id, caller));
    setText(this.title, caller);
    setText(this.detail, `${isVideo ? 'Video' : 'Voice'} call${more.length > 0 ? ` with ${together(more)}` : ''}${isBusy ? ' · you are in another call' : ''}`);
    setText(this.acceptText, isBusy ? 'End and accept' : 'Accept');
    this.accept.querySelector('svg')!.replaceWith(icon(isVideo ? 'video' : 'phone'));
    this.voiceOnly.hidden = !isVideo;
    this.silence.disabled = session.silenced;
    this.element.classList.toggle('silenced', session.silenced);
    if (!this.element.open) {
      this.element.showModal();
      this.accept.focus();
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
