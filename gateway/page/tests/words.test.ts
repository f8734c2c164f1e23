import assert from 'node:assert/strict';
import test from 'node:test';
import { ar } from '../src/page/words/ar';
import { de } from '../src/page/words/de';
import { en } from '../src/page/words/en';
import { t, tidy, together } from '../src/page/words/table';
import type { Table, Word } from '../src/page/words/table';

const tables: Record<string, Table> = { de, ar };
const places = (word: Word) =>
  [...(typeof word === 'string' ? word : word.other).matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

for (const [name, table] of Object.entries(tables))
  test(`${name} has the rows of English, with the same places in each, and none left in English`, () => {
    assert.deepEqual(Object.keys(table).sort(), Object.keys(en).sort());
    for (const [key, word] of Object.entries(en))
      assert.deepEqual(places(table[key as keyof typeof en]), places(word), key);
    const same = Object.entries(en)
      .filter(([key, word]) => JSON.stringify(table[key as keyof typeof en]) === JSON.stringify(word)).map(([key]) => key);
    assert.ok(same.every(key => name === 'de' && ['name', 'online', 'offline', 'seconds', 'minutes'].includes(key)), same.join());
  });

for (const [name, table] of Object.entries(tables))
  test(`${name} has each plural form that its numbers need`, () => {
    const needed = new Intl.PluralRules(name).resolvedOptions().pluralCategories
      .filter(one => !['zero', 'other', 'many', 'few', 'two'].includes(one) || name === 'ar');
    for (const [key, word] of Object.entries(table))
      if (typeof word !== 'string' && key !== 'speaking')
        assert.deepEqual(needed.filter(one => one !== 'zero' && !(one in word)), [], key);
  });

test('a name that turns the text around, hides or breaks it does none of that', () => {
  assert.equal(tidy('Ann\u202Etxt.exe'), 'Ann txt.exe');
  assert.equal(tidy(' A\u0000\n\u2066b\u200F '), 'A b');
  assert.equal(tidy('\u202E\u200B'), '?');
  assert.equal(tidy('آنّا حدّاد'), 'آنّا حدّاد');
});

test('a name that is read the other way is set apart, one that is not is left alone', () => {
  assert.equal(t('endHungUp', { who: 'Ben' }), 'Ben hung up.');
  assert.equal(t('endHungUp', { who: 'ليلى' }), '\u2068ليلى\u2069 hung up.');
});

test('several names in words, and a number of them by its plural', () => {
  assert.match(together(['Ann', 'Ben']), /^Ann and Ben$/);
  assert.match(together(['Ann', 'Ben', 'Chen', 'Dina']), /^Ann, Ben,? and 2 others$/);
  assert.equal(t('selected', { n: 1 }), '1 selected, pick more');
  assert.equal(t('selected', { n: 3 }), '3 selected');
});
