// Reads manifests from standard input, checks each against the schema of its kind, and prints all of them as one JSON array. What
// is wrong is said on standard error, with exit code 1.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

// Where the schemas of a group lie; Kubernetes' own are in one package.
const packages = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'cert-manager.io': '@kubernetes-models/cert-manager',
};

const faults = [];
const manifests = [];
for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
  faults.push(...document.errors.map(String));
  const manifest = document.toJS();
  if (manifest === null) continue;
  manifests.push(manifest);
  const name = `${manifest.kind} ${manifest.metadata?.name}`;
  const module = `${packages[manifest.apiVersion.split('/')[0]] ?? 'kubernetes-models'}/${manifest.apiVersion}/${manifest.kind}`;
  try {
    new (await import(module))[manifest.kind](manifest).validate();
  } catch (error) {
    faults.push(`${name}: ${error.message}`);
  }
}

process.stdout.write(JSON.stringify(manifests));
if (faults.length > 0) {
  process.stderr.write(faults.join('\n') + '\n');
  process.exitCode = 1;
}
