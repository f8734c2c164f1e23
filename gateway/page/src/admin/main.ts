// The operators' page: the session, its expiry, and the view that the URL names.

import { h, setText } from '../page/dom';
import { api } from './api';
import type { Session } from './api';
import { CallView } from './call';
import { OverviewView } from './overview';
import { failure, say, saidLine } from './parts';
import { SearchView } from './search';
import type { Filter } from './search';
import { signIn } from './signin';
import { UserView, userForm } from './user';
import { words } from './words';

interface View {
  element: HTMLElement;
  start(): void;
  stop(): void;
}

const root = document.getElementById('root')!;
const warnBeforeMs = 5 * 60_000;

class Shell {
  private readonly element: HTMLElement;
  private readonly place = h('main', { id: 'place', tabindex: '-1' });
  private readonly soon = h('p', { class: 'op-banner', role: 'status', hidden: true, 'data-testid': 'ends-soon' });
  private readonly tabs: Record<string, HTMLAnchorElement>;
  private readonly dashboard = h(
    'a',
    { class: 'op-tab', hidden: true, target: '_blank', rel: 'noopener', title: words.dashboardTitle, 'data-testid': 'dashboard' },
    words.dashboard,
  );
  private readonly route = () => this.open();
  private readonly ticks: number;
  private view: View | undefined;

  constructor(private readonly session: Session) {
    const tab = (name: string, text: string) => h('a', { class: 'op-tab', href: `#/${name}` }, text);
    this.tabs = { now: tab('now', words.now), calls: tab('calls', words.calls), users: tab('users', words.users) };
    const until = new Date(session.expiresAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
    this.element = h(
      'div',
      { class: 'op-shell' },
      h(
        'header',
        { class: 'op-top' },
        h('h1', {}, h('span', { class: 'op-product' }, `${words.product} `), words.title),
        h('nav', { class: 'op-tabs', 'aria-label': words.nav }, ...Object.values(this.tabs), this.dashboard),
        h(
          'p',
          { class: 'op-me', 'data-testid': 'me' },
          h('span', {}, words.signedIn(session.name || session.userId)),
          ' ',
          h('span', { class: 'muted', 'data-testid': 'expiry' }, words.until(until)),
        ),
        h(
          'button',
          { type: 'button', class: 'soft small', 'data-testid': 'sign-out', onclick: () => void this.signOut() },
          words.signOut,
        ),
      ),
      this.soon,
      saidLine,
      this.place,
    );
    addEventListener('hashchange', this.route);
    this.ticks = window.setInterval(() => this.tick(), 1000);
    this.tick();
    root.replaceChildren(this.element);
    this.open();
    void api.overview().then(
      view => this.showDashboard(view.dashboard),
      () => undefined,
    );
  }

  private open(): void {
    const { name, id, filter } = address();
    if (name === 'sign-in') return void location.replace('#/now');
    this.view?.stop();
    say('');
    const ended = () => this.leave(words.ended);
    this.view =
      name === 'calls'
        ? id === undefined
          ? new SearchView(filter, ended)
          : new CallView(id, ended)
        : name === 'users'
          ? id === undefined
            ? users()
            : new UserView(id, ended)
          : new OverviewView(ended);
    for (const [one, link] of Object.entries(this.tabs)) {
      if (one === (name in this.tabs ? name : 'now')) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    this.place.replaceChildren(this.view.element);
    document.title = `${id ?? this.tabs[name]?.textContent ?? words.now} · ${words.title} · ${words.product}`;
    this.view.start();
  }

  private showDashboard(where: string | undefined): void {
    this.dashboard.hidden = where === undefined;
    if (where !== undefined && this.dashboard.getAttribute('href') !== where) this.dashboard.href = where;
  }

  private tick(): void {
    const left = Date.parse(this.session.expiresAt) - Date.now();
    if (left <= 0) return this.leave(words.ended);
    this.soon.hidden = left > warnBeforeMs;
    if (!this.soon.hidden) setText(this.soon, words.endsSoon(Math.floor(left / 60_000)));
  }

  private async signOut(): Promise<void> {
    try {
      await api.signOut();
    } catch (error) {
      // An expired session cannot be ended again.
      if ((error as { status?: number }).status !== 401) return say(words.signOutFailed);
    }
    this.leave(words.signedOut);
  }

  private leave(said: string): void {
    this.view?.stop();
    clearInterval(this.ticks);
    removeEventListener('hashchange', this.route);
    document.querySelectorAll('dialog').forEach(dialog => dialog.close());
    showSignIn(said);
  }
}

function users(): View {
  const form = userForm();
  return {
    element: h(
      'div',
      { class: 'op-view' },
      h('div', { class: 'op-head' }, h('h2', {}, words.users)),
      h('p', { class: 'muted' }, words.userLead),
      form,
    ),
    start: () => form.querySelector('input')!.focus(),
    stop: () => undefined,
  };
}

/** `#/calls/ID`, `#/calls?userId=...`, `#/users/ID`, `#/now`. */
function address(): { name: string; id?: string; filter: Filter } {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name = 'now', ...rest] = path.split('/');
  const filter = Object.fromEntries(new URLSearchParams(query)) as Filter;
  try {
    return rest.length === 0 ? { name, filter } : { name, id: decodeURIComponent(rest.join('/')), filter };
  } catch {
    return { name, filter };
  }
}

function showSignIn(said?: string): void {
  document.title = `${words.title} · ${words.product}`;
  root.replaceChildren(signIn(said, session => new Shell(session)));
  root.querySelector('input')?.focus();
}

const first = address();
try {
  if (first.name === 'sign-in') history.replaceState(null, '', location.pathname);
  new Shell(await api.session());
} catch (error) {
  const status = (error as { status?: number }).status;
  if (status === 401 || status === 403)
    showSignIn(first.name === 'sign-in' ? (words.faults[first.id ?? ''] ?? words.faults['failed']) : undefined);
  else
    root.replaceChildren(
      h(
        'main',
        { class: 'op-signin' },
        h(
          'div',
          { class: 'op-card' },
          h('h1', {}, words.title),
          failure(error, () => location.reload()),
        ),
      ),
    );
}
