// The call outside of its page: full screen, or in a small window on top of other programs and tabs.

import { h, icon } from '../dom';
import { t } from '../words/table';

interface PictureInPicture extends EventTarget {
  readonly window: Window | null;
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const documents = (globalThis as { documentPictureInPicture?: PictureInPicture }).documentPictureInPicture;
const small = { width: 360, height: 480 };

export interface CallWindowHooks {
  /** The call left or entered the page or full screen. */
  changed(): void;
  /** The call is in another document, which needs its own key handlers. */
  moved(to: Document): void;
  /** The video to move where a browser cannot move more. */
  video(): HTMLVideoElement | null;
  failed(error: unknown): void;
}

export class CallWindow {
  private out: Window | undefined;
  /** The call's place in the page, to which it returns. */
  private readonly place = h('section', { class: 'call-away', 'data-testid': 'call-away' }, icon('pip'), h('p', {}, t('pipAway')),
    h('button', { type: 'button', class: 'soft', 'data-testid': 'pip-back', onclick: () => this.comeBack() }, t('pipBack')));

  constructor(private readonly element: HTMLElement, private readonly hooks: CallWindowHooks) {
    element.addEventListener('fullscreenchange', () => hooks.changed());
    document.addEventListener('fullscreenchange', () => hooks.changed());
    // Chromium calls this for a page with an active camera or microphone when another tab is selected.
    this.act('enterpictureinpicture', () => this.isLive && !this.isOut && void this.leavePage());
  }

  get canLeave(): boolean {
    return documents !== undefined || document.pictureInPictureEnabled;
  }

  get isOut(): boolean {
    return this.out !== undefined || document.pictureInPictureElement !== null;
  }

  get canFill(): boolean {
    return document.fullscreenEnabled && this.out === undefined;
  }

  get isFull(): boolean {
    return document.fullscreenElement === this.element;
  }

  /** Enters or leaves full screen. */
  async fill(): Promise<void> {
    await (this.isFull ? document.exitFullscreen() : this.element.requestFullscreen()).catch(this.hooks.failed);
  }

  /** Moves the call into its own window, or back. */
  async toggle(): Promise<void> {
    if (this.isOut)
      this.comeBack();
    else
      await this.leavePage();
  }

  /** Moves the call back into the page. */
  comeBack(): void {
    this.out?.close();
    if (document.pictureInPictureElement)
      void document.exitPictureInPicture();
    if (this.isFull)
      void document.exitFullscreen();
  }

  private get isLive(): boolean {
    return !this.element.hidden;
  }

  private async leavePage(): Promise<void> {
    try {
      if (documents)
        this.moveTo(await documents.requestWindow(small));
      else
        await this.hooks.video()?.requestPictureInPicture();
      this.hooks.changed();
    } catch (error) {
      this.hooks.failed(error);
    }
  }

  private moveTo(out: Window & { CSSStyleSheet?: typeof CSSStyleSheet }): void {
    const { document: inside } = out;
    // The same rules in the new document: synchronously, and without an inline style, which the page's policy forbids.
    const style = new out.CSSStyleSheet!();
    style.replaceSync([...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText).join('\n'));
    inside.adoptedStyleSheets = [style];
    inside.documentElement.lang = document.documentElement.lang;
    inside.documentElement.dir = document.documentElement.dir;
    inside.documentElement.className = 'small-window';
    inside.title = document.title;
    if (!this.isLive)
      return out.close();
    this.element.replaceWith(this.place);
    inside.body.append(this.element);
    this.out = out;
    this.hooks.moved(inside);
    // The page's own resize observer does not cover this window.
    out.addEventListener('resize', () => this.hooks.changed());
    out.addEventListener('pagehide', () => {
      this.out = undefined;
      this.place.replaceWith(this.element);
      this.hooks.changed();
    });
  }

  private act(action: string, run: () => void): void {
    try {
      navigator.mediaSession?.setActionHandler(action as MediaSessionAction, run);
    } catch {
      // A browser that does not know the action leaves the call in its page.
    }
  }
}
