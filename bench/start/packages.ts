/** The packaged functions, and a bare one that is bundled with the same settings. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod';
import plugins from '../../scripts/esbuild-plugins.ts';
import { filesIn } from '../../scripts/zip.ts';

export type Bundle = {
  readonly name: string;
  readonly path: string;
  readonly bundleBytes: number;
  /** Absent for the bare function, which is not packaged. */
  readonly zipBytes?: number;
};

/** Packages the service into a folder, and unpacks it there. @throws Error if `sls package` fails */
export function packagedFunctions(folder: string): readonly Bundle[] {
  const args = ['node_modules/serverless/bin/serverless.js', 'package', '--package', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
  return globSync(join(folder, '*.zip'))
    .sort()
    .map((zip) => {
      const archive = readFileSync(zip);
      const name = basename(zip, '.zip');
      const path = join(folder, `functions/${name}.cjs`);
      for (const [file, content] of filesIn(archive)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), content);
      }
      return { name, path, bundleBytes: readFileSync(path).length, zipBytes: archive.length };
    });
}

const serverless = z.object({
  custom: z.object({
    esbuild: z.object({
      minify: z.boolean(),
      keepNames: z.boolean(),
      target: z.string(),
      mainFields: z.array(z.string()),
      exclude: z.array(z.string()),
    }),
  }),
});

/** The settings of serverless.yml. `custom` has no CloudFormation tag, which the parser would not know. */
function settings(): BuildOptions {
  const document: unknown = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });
  const { exclude: external, ...shared } = serverless.parse(document).custom.esbuild;
  return { ...shared, external, plugins, bundle: true, platform: 'node', format: 'cjs' };
}

/** @param isAsUsual with esbuild's usual settings instead of this project's: nothing of the SDK is left out */
export async function bareFunction(folder: string, name: string, isAsUsual: boolean): Promise<Bundle> {
  const path = join(folder, `functions/${name}.cjs`);
  const own = settings();
  const options: BuildOptions = isAsUsual ? { ...own, external: [], plugins: [] } : own;
  await build({ ...options, entryPoints: [`${import.meta.dirname}/bare.ts`], outfile: path });
  return { name, path, bundleBytes: readFileSync(path).length };
}
