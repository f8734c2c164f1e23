// All texts of the page in each language: en.ts defines the rows, which the other tables must have.

import { readJson, safeStorage } from '@orleanscalls/client';
import { ar } from './ar';
import { de } from './de';
import { en } from './en';

/** A text with {placeholders}; one that depends on a number `n` has a form for each plural of its language. */
export type Word = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Key = keyof typeof en;
export type Table = Record<Key, Word>;

/** The languages, by their own names. */
export const languages = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof languages;

const wanted: readonly string[] = globalThis.navigator?.languages ?? [];
const tables: Record<Language, Table> = { en, de, ar };
const rightToLeft: readonly Language[] = ['ar'];
const key = 'orleanscalls.language';
const storage = safeStorage(() => localStorage);
const isLanguage = (name: unknown): name is Language => typeof name === 'string' && Object.hasOwn(tables, name);

/** The chosen language, or else the first of the browser's languages with a table. */
function find(): Language {
  const chosen = readJson<string>(storage, key);
  return [chosen, ...wanted.map(name => name.split('-')[0])].find(isLanguage) ?? 'en';
}

export const language: Language = find();
const isRightToLeft = rightToLeft.includes(language);
const plurals = new Intl.PluralRules(language);
// Dates, times and numbers follow the browser's region, if the language is spoken there.
export const locale: string = wanted.find(name => name.split('-')[0] === language) ?? language;
const numbers = new Intl.NumberFormat(locale);

/** Sets the document's language. */
export function speak(): void {
  document.documentElement.lang = language;
  document.documentElement.dir = isRightToLeft ? 'rtl' : 'ltr';
}

/** Chooses a language: reloads the page. */
export function choose(name: Language): void {
  storage.setItem(key, JSON.stringify(name));
  location.reload();
}

/** The text for `key`, with `values` for its placeholders. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const word: Word = tables[language][key];
  const text = typeof word === 'string' ? word : word[plurals.select(Number(values['n']))] ?? word.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numbers.format(value) : isolated(value);
  });
}

const otherWay = isRightToLeft ? /[A-Za-z\u00c0-\u024f\u0370-\u052f]/ : /[\u0590-\u08ff\ufb1d-\ufefc]/;

/** Isolates a name of the other writing direction, which must not reorder its sentence. */
const isolated = (value: string): string => otherWay.test(value) ? `\u2068${value}\u2069` : value;

/** A name or id without characters that would reorder, hide or break the text beside it. */
export function tidy(name: string): string {
  return name.replace(/[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu, ' ')
    .replace(/\s+/g, ' ').trim() || '?';
}

/** "Ann", "Ann and Ben", "Ann, Ben and Carl" in the language's form; beyond three names the rest as a number. */
export function together(names: string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 2), t('othersCount', { n: names.length - 2 })] : names;
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(shown.map(isolated));
}
