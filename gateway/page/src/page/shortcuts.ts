// The shortcuts' actions: each presses its button, if that is visible.

import type { CallScreen } from './callscreen';
import type { Incoming } from './incoming';
import type { Shortcuts } from './keys';

export function shortcuts(screen: CallScreen, incoming: Incoming, search: () => void): Shortcuts {
  const press = (where: HTMLElement, testId: string) => {
    const button = where.hidden
      ? null
      : where.querySelector<HTMLButtonElement>(`[data-testid="${testId}"]:not(:disabled):not([hidden])`);
    button?.click();
    return button !== null;
  };
  const onScreen = (testId: string) => () => press(screen.element, testId);
  return {
    mute: onScreen('mute'),
    camera: onScreen('camera'),
    layout: onScreen('layout'),
    pip: onScreen('pip'),
    fullScreen: onScreen('full-screen'),
    answer: () => incoming.element.open && press(incoming.element, incoming.acceptId),
    hangUp: () => incoming.element.open ? press(incoming.element, 'incoming-decline') : press(screen.element, 'hangup'),
    search: () => {
      if (!incoming.element.open)
        search();
      return !incoming.element.open;
    },
  };
}
