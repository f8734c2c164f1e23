// Bundles the page into ../wwwroot, which the gateway serves.
import { build, context } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';

const here = import.meta.dirname;
const out = `${here}/../wwwroot`;
const options = {
  // The service worker's address, and so the pages that it serves, must stay what they are.
  entryPoints: { app: `${here}/src/main.ts`, worker: `${here}/src/worker.ts`, 'admin/admin': `${here}/src/admin/main.ts` },
  outdir: out,
  bundle: true,
  // The client is taken from its sources (see "paths" in tsconfig.json); its one dependency is the page's own copy.
  nodePaths: [`${here}/node_modules`],
  format: 'esm',
  target: 'es2023',
  minify: true,
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
};

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/admin`, { recursive: true });
const copies = { 'index.html': 'index.html', 'styles.css': 'styles.css', 'admin.html': 'admin/index.html', 'admin.css': 'admin/admin.css' };
await Promise.all(Object.entries(copies).map(([from, to]) => copyFile(`${here}/${from}`, `${out}/${to}`)));
if (process.argv.includes('--watch'))
  await (await context(options)).watch();
else
  await build(options);
