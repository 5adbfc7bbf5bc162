import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

type Sbom = {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly type: string } };
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly hashes?: readonly unknown[];
  }[];
};

it('the SBOM names every package that is shipped, with its hash, and no development tool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const out = join(folder, 'sbom.cdx.json');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/write-sbom.ts', '--out', out], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const sbom = JSON.parse(readFileSync(out, 'utf8')) as Sbom;
  const { bomFormat, metadata, components } = sbom;
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component).toMatchObject({ name: 'voice-connector-failover', type: 'application' });
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  for (const tool of ['vitest', 'serverless', 'typescript']) {
    expect(Object.keys(devDependencies)).toContain(tool);
    expect(names).not.toContain(tool);
  }
  const known = new Set(components.map((component) => component['bom-ref']));
  for (const { dependsOn } of sbom.dependencies) expect(dependsOn.filter((ref) => !known.has(ref))).toEqual([]);
  expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
});
