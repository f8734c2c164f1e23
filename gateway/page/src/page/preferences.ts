// The page's preferences, stored in this browser.

import { safeStorage } from '@orleanscalls/client';

const storage = safeStorage(() => localStorage);

export type Preference = 'layout' | 'theme' | 'single-keys' | 'list' | 'install';

export const kept = (name: Preference): string | null => storage.getItem(`orleanscalls.${name}`);

export const keep = (name: Preference, value: string): void => storage.setItem(`orleanscalls.${name}`, value);

const themes = ['system', 'light', 'dark'] as const;
export type Theme = typeof themes[number];

export const theme = (): Theme => themes.find(one => one === kept('theme')) ?? 'system';

/** Applies the chosen theme; `system` follows the device. */
export function paint(chosen: Theme = theme()): void {
  keep('theme', chosen);
  document.documentElement.dataset['theme'] = chosen;
}
