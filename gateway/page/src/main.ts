// Signs in, or goes on as whoever this tab was before a reload.

import type { TokenProvider } from '@orleanscalls/client';
import { App } from './page/app';
import { load, tokenSource } from './page/identity';
import type { Identity } from './page/identity';
import { signIn } from './page/signin';

const root = document.getElementById('root')!;

const enter = (identity: Identity, token: TokenProvider) =>
  root.replaceChildren(new App(identity, token).element);

const known = load();
if (known)
  enter(known, tokenSource(known));
else
  root.replaceChildren(signIn(enter));
