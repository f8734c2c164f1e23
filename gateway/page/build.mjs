// Bundles the page into ../wwwroot, which the gateway serves; --tests bundles the unit tests for node instead.
import { build, context } from 'esbuild';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';

const here = import.meta.dirname;
const out = `${here}/../wwwroot`;

if (process.argv.includes('--tests')) {
  const tests = (await readdir(`${here}/tests`)).filter(name => name.endsWith('.test.ts'));
  await rm(`${here}/.tests`, { recursive: true, force: true });
  await build({
    entryPoints: tests.map(name => `${here}/tests/${name}`),
    outdir: `${here}/.tests`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
} else {
  const options = {
    entryPoints: [`${here}/src/main.ts`],
    outfile: `${out}/app.js`,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    minify: true,
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  };

  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all(['index.html', 'styles.css'].map(name => copyFile(`${here}/${name}`, `${out}/${name}`)));
  if (process.argv.includes('--watch'))
    await (await context(options)).watch();
  else
    await build(options);
}
