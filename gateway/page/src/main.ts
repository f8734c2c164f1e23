// Signs in, or restores this tab's session after a reload; in a tab opened by a notification, the session of the user whom it
// rang.

import type { TokenProvider } from '@orleanscalls/client';
import { Ringer } from '@orleanscalls/client/browser';
import { App } from './page/app';
import { load, save, tokenSource } from './page/identity';
import type { Identity } from './page/identity';
import { paint } from './page/preferences';
import { rung } from './page/rung';
import { registerWorker } from './page/shell';
import { signIn } from './page/signin';
import { speak } from './page/words/table';

speak();
paint();
// Created before the sign-in, whose click unlocks the sound.
const ringer = new Ringer();
const root = document.getElementById('root')!;

const query = new URLSearchParams(location.search);
const called = query.get('call') ?? undefined;
const answering = query.has('answer') ? called : undefined;
// A reload must not answer again.
if (called !== undefined)
  history.replaceState(null, '', location.pathname);

const enter = (identity: Identity, token: TokenProvider) =>
  root.replaceChildren(new App(identity, token, ringer, answering).element);

let known = load();
if (!known && called !== undefined && (known = await rung()))
  save(known);
if (known)
  enter(known, tokenSource(known));
else
  root.replaceChildren(signIn(enter));
// Without a service worker the page needs the network to open, and cannot ring while it is closed.
registerWorker().catch((error: unknown) => console.info('There is no service worker.', error));
