// Keyboard shortcuts, and the sheet that lists them. Those of one letter can be turned off (WCAG 2.1.4).

import { h } from './dom';
import { keep, kept } from './preferences';
import { Sheet } from './ui/sheet';
import { t } from './words/table';
import type { Key } from './words/table';

type Shortcut = 'mute' | 'camera' | 'answer' | 'hangUp' | 'layout' | 'fullScreen' | 'pip' | 'search';

/** A shortcut's action; returns false when it does not apply, so that the key stays the browser's. */
export type Shortcuts = Record<Shortcut, () => boolean>;

const keys: Record<keyof Shortcuts | 'help', { key: string; shift?: boolean; label: Key }> = {
  answer: { key: 'a', label: 'keyAnswer' },
  hangUp: { key: 'h', shift: true, label: 'keyHangUp' },
  mute: { key: 'm', label: 'keyMute' },
  camera: { key: 'v', label: 'keyCamera' },
  layout: { key: 'g', label: 'keyLayout' },
  fullScreen: { key: 'f', label: 'keyFullScreen' },
  pip: { key: 'p', label: 'keyPip' },
  search: { key: '/', label: 'keySearch' },
  help: { key: '?', label: 'keyHelp' },
};

export class Keys {
  readonly sheet: Sheet;

  constructor(private readonly shortcuts: Shortcuts) {
    const single = h('input', {
      type: 'checkbox', role: 'switch', class: 'switch', 'data-testid': 'single-keys',
      onchange: () => keep('single-keys', single.checked ? 'on' : 'off'),
    });
    single.checked = kept('single-keys') !== 'off';
    const rows = Object.values(keys).map(({ key, shift, label }) => h('tr', {}, h('th', { scope: 'row' }, t(label)),
      h('td', {}, shift && h('kbd', {}, '⇧ Shift'), shift && ' ', h('kbd', {}, key.toUpperCase()))));
    this.sheet = new Sheet('keys', t('keyboard'), [
      h('table', { class: 'keys' }, h('tbody', {}, ...rows)),
      h(
        'label', { class: 'setting' },
        h('span', {}, h('strong', {}, t('singleKeys')), h('small', { class: 'muted' }, t('singleKeysHint'))), single)]);
    this.listen(document);
  }

  /** The call may be in its own window. */
  listen(where: Document): void {
    where.addEventListener('keydown', event => this.pressed(event));
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || kept('single-keys') === 'off'
      || target.closest('input:not([type=checkbox]), select, textarea, [role=menu]'))
      return;
    const name = (Object.keys(keys) as (keyof typeof keys)[]).find(one => this.is(event, keys[one]));
    if (!name)
      return;
    if (name === 'help')
      this.sheet.open();
    else if (!this.shortcuts[name]())
      return;
    event.preventDefault();
  }

  /** By position for letters, which keyboards place differently; by character for signs that need Shift on some keyboards. */
  private is(event: KeyboardEvent, { key, shift = false }: { key: string; shift?: boolean }): boolean {
    if (!/[a-z]/.test(key))
      return event.key === key;
    const isLatin = /^[a-z]$/i.test(event.key);
    return event.shiftKey === shift && (isLatin ? event.key.toLowerCase() === key : event.code === `Key${key.toUpperCase()}`);
  }
}
