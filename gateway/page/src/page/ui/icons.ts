// The page's icons: one stroke on 24 by 24.

import { h } from '../dom';

const paths = {
  phone: 'M5 4h4l1.6 4.6-2.3 1.7a12 12 0 0 0 5.4 5.4l1.7-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5C10.6 20 4 13.4 3.5 5.6A1.5 1.5 0 0 1 5 4Z',
  hangup: 'M3.2 14.6c5-4.8 12.6-4.8 17.6 0a1.2 1.2 0 0 1 0 1.8l-1.7 1.6a1.2 1.2 0 0 1-1.5.1l-2.4-1.7a1.2 1.2 0 0 1-.5-1v-1.6a9 9 0 0 0-5.4 0v1.6'
    + 'a1.2 1.2 0 0 1-.5 1l-2.4 1.7a1.2 1.2 0 0 1-1.5-.1l-1.7-1.6a1.2 1.2 0 0 1 0-1.8Z',
  video: 'M4 7h9.5A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 7Zm11 4 6-3.2v8.4L15 13',
  videoOff: 'M4 7h.8M9 7h4.5A1.5 1.5 0 0 1 15 8.5V13M15 11l6-3.2v8.4l-4-2.1M14.3 16.8c-.2.1-.5.2-.8.2H4a1.5 1.5 0 0 1-1.5-1.5v-7M3 3l18 18',
  mic: 'M12 3.5A2.5 2.5 0 0 1 14.5 6v5.5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  micOff: 'M14.5 9.5V6a2.5 2.5 0 0 0-4.9-.7M9.5 9.5v2a2.5 2.5 0 0 0 3.4 2.3M6 11.5a6 6 0 0 0 9.2 5M18 11.5c0 .8-.2 1.6-.4 2.3M12 17.5V21M3.5 3.5l17 17',
  addPerson: 'M10 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM3.5 20c.5-3.4 3.2-5.5 6.5-5.5 1.6 0 3 .5 4.2 1.3M18 14v6M15 17h6',
  people: 'M9 12a3.6 3.6 0 1 0 0-7.2A3.6 3.6 0 0 0 9 12ZM2.8 19.6c.4-3.2 2.9-5.1 6.2-5.1s5.8 1.9 6.2 5.1M15.5 5.3a3.3 3.3 0 0 1 0 6.3M17.6 14.9'
    + 'c2.1.6 3.4 2.2 3.6 4.7',
  recents: 'M12 21a9 9 0 1 0-9-9M3 5.5V12h6.5M12 7.5V12l3.3 2',
  bellOff: 'M9 5.3A5 5 0 0 1 17 9.5c0 2 .4 3.5 1 4.7M7 10c0 4-1.5 5.5-2.5 6.5H16M10.5 19.5a1.8 1.8 0 0 0 3 0M3.5 3.5l17 17',
  bell: 'M12 4.5a5 5 0 0 1 5 5c0 4 1.5 5.5 2.5 6.5h-15C5.5 15 7 13.5 7 9.5a5 5 0 0 1 5-5ZM10.5 19.5a1.8 1.8 0 0 0 3 0M12 3v1.5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.7v4.6M9 14.7v4.6',
  out: 'M7 17 17 7M9 7h8v8',
  in: 'M17 7 7 17M15 17H7V9',
  missed: 'M4 7l7 7 9-9M20 10V5h-5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20.5 20.5',
  star: 'm12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 3.8Z',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  grid: 'M4.5 4.5h6v6h-6ZM13.5 4.5h6v6h-6ZM4.5 13.5h6v6h-6ZM13.5 13.5h6v6h-6Z',
  spotlight: 'M4 5h16v9H4ZM4 17h4v2.5H4ZM10 17h4v2.5h-4ZM16 17h4v2.5h-4Z',
  pin: 'M9 3.5h6l-.6 6 2.6 3.5H7l2.6-3.5L9 3.5ZM12 13v7.5',
  pip: 'M20.5 11V6.5A1.5 1.5 0 0 0 19 5H5a1.5 1.5 0 0 0-1.5 1.5v11A1.5 1.5 0 0 0 5 19h5M13 14h7.5v5H13Z',
  fullScreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  exitFullScreen: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  sidebar: 'M4 5h16v14H4ZM9.5 5v14',
  down: 'm6 9.5 6 6 6-6',
  keyboard: 'M3 6.5h18v11H3ZM6.5 10v.01M10 10v.01M14 10v.01M17.5 10v.01M8 14h8',
  message: 'M4 5h16v11H10l-4.5 3.8V16H4Z',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  swap: 'M7 4 3.5 7.5 7 11M4 7.5h13M17 13l3.5 3.5L17 20M20 16.5H7',
  screen: 'M3.5 5h17v11.5h-17ZM9 20h6M12 13.5V8M9.5 10.3 12 7.8l2.5 2.5',
  devices: 'M3 5h13v9H3ZM1.5 17.5H13M16.5 9.5h5v10h-5Z',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15 9a4.2 4.2 0 0 1 0 6M17.5 6.5a8 8 0 0 1 0 11',
  soundOff: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9.5l5 5M20.5 9.5l-5 5',
  signal: 'M5 19v-4M10 19v-7M15 19V9M20 19V5',
  install: 'M12 4v10M8 10.5l4 4 4-4M4.5 19.5h15',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.3 9.5h17.4M3.3 14.5h17.4M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18',
  offline: 'M3.5 9a13 13 0 0 1 5-2.9M20.5 9a13 13 0 0 0-8.7-3.4M7 13a8 8 0 0 1 3.5-2M17 13a8 8 0 0 0-2-1.4M12 18.5v.01M3.5 3.5l17 17',
  leave: 'M14 5H6v14h8M11 12h9M17 9l3 3-3 3',
  camera: 'M4 7.5h3.5L9 5h6l1.5 2.5H20v11H4ZM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z',
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  // Directional icons are mirrored in languages that are read from right to left.
  if (name === 'leave' || name === 'sidebar')
    svg.classList.add('directed');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** A button with only an icon; its label is its accessible name. */
export function iconButton(name: IconName, label: string, attributes: Record<string, unknown> = {}): HTMLButtonElement {
  return h('button', { type: 'button', 'aria-label': label, title: label, ...attributes }, icon(name));
}

/** Changes a button's icon and label, if they differ. */
export function setIcon(button: HTMLElement, name: IconName, label: string): void {
  if (button.getAttribute('aria-label') !== label) {
    button.setAttribute('aria-label', label);
    button.title = label;
  }
  changeIcon(button, name);
}

/** Changes a button's icon, if it differs: a press on a picture that is replaced before the release is no click. */
export function changeIcon(button: HTMLElement, name: IconName): void {
  if (button.dataset['icon'] === name)
    return;
  button.dataset['icon'] = name;
  button.querySelector('svg')!.replaceWith(icon(name));
}
