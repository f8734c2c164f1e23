// Bundles the page into ../wwwroot, which the gateway serves.
import { build, context } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm } from 'node:fs/promises';

const here = import.meta.dirname;
const out = `${here}/../wwwroot`;
const copied = ['index.html', 'manifest.webmanifest', 'icons'];
const options = {
  outdir: out,
  bundle: true,
  // The client is bundled from its sources (see "paths" in tsconfig.json); its single dependency is the page's own copy.
  nodePaths: [`${here}/node_modules`],
  format: 'esm',
  target: 'es2023',
  minify: true,
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const page = { ...options, entryPoints: { app: `${here}/src/main.ts`, styles: `${here}/styles/styles.css` } };
const operators = {
  ...options, entryPoints: { 'admin/admin': `${here}/src/admin/main.ts`, 'admin/styles': `${here}/styles/admin.css` },
};
// The service worker's URL, and so its scope, must stay unchanged.
const worker = BUILD =>
  ({ ...options, entryPoints: { worker: `${here}/src/worker.ts` }, define: { BUILD: JSON.stringify(BUILD) } });

if (process.argv.includes('--tests')) {
  const entryPoints = (await readdir(`${here}/tests`)).filter(name => name.endsWith('.test.ts'))
    .map(name => `${here}/tests/${name}`);
  await rm(`${here}/.tests`, { recursive: true, force: true });
  await build({ ...options, entryPoints, outdir: `${here}/.tests`, platform: 'node', minify: false });
  process.exit();
}
await rm(out, { recursive: true, force: true });
await mkdir(`${out}/admin`, { recursive: true });
await cp(`${here}/admin.html`, `${out}/admin/index.html`);
await Promise.all(copied.map(name => cp(`${here}/${name}`, `${out}/${name}`, { recursive: true })));
if (process.argv.includes('--watch')) {
  for (const one of [page, operators, worker('watch')])
    await (await context(one)).watch();
} else {
  await Promise.all([page, operators].map(build));
  // The cached files name the worker's cache, so that changed files use another cache.
  const hash = createHash('sha256');
  for (const name of ['index.html', 'manifest.webmanifest', 'app.js', 'styles.css'])
    hash.update(await readFile(`${out}/${name}`));
  await build(worker(hash.digest('hex').slice(0, 16)));
}
