// The languages of the page, each by its own name.

import { h } from '../dom';
import { choose, language, languages, t } from '../words/table';
import type { Language } from '../words/table';

export function languagePicker(): HTMLElement {
  const select = h(
    'select', { 'data-testid': 'language', 'aria-label': t('language'), onchange: () => choose(select.value as Language) },
    ...Object.entries(languages).map(([id, name]) => h('option', { value: id, lang: id, selected: id === language }, name)));
  return h('div', { class: 'language' }, select);
}
