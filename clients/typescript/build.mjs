// Writes the package's modules and types into dist; --tests bundles the tests for node instead.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';

const here = import.meta.dirname;

if (process.argv.includes('--tests')) {
  const tests = (await readdir(`${here}/tests`)).filter(name => name.endsWith('.test.ts') || name === 'e2e.ts');
  await rm(`${here}/.tests`, { recursive: true, force: true });
  await build({
    entryPoints: tests.map(name => `${here}/tests/${name}`),
    outdir: `${here}/.tests`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    // The end-to-end test runs with the package as it is installed.
    external: ['@orleanscalls/client', '@orleanscalls/client/*'],
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
} else {
  await rm(`${here}/dist`, { recursive: true, force: true });
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  execFileSync(
    process.execPath, [`${typescript.slice(0, -'package.json'.length)}bin/tsc`, '-p', `${here}/tsconfig.build.json`],
    { stdio: 'inherit' });
}
