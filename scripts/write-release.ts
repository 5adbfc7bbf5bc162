/**
 * npm run release -- --stage prod: writes template and code of a stage for those who deploy without the Serverless Framework, per Region, with
 * checksums. `--out FOLDER` in place of `release`.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPolicy } from '../infra/policy-text.ts';
import { loadStageSettings, NoStageFileError, type StageSettings } from '../infra/stage-settings.ts';
import { wakeAlarmTemplate } from '../infra/wake-alarms.ts';
import { UnreadablePolicyError } from '../lib/input/policy.ts';
import { InvalidInputError } from '../lib/input/validation.ts';
import { codeVersion } from './code-version.ts';
import { releaseTemplate } from './release-template.ts';
import { sls } from './sls.ts';

type Release = { readonly stage: string; readonly version: string; readonly folder: string };

/** The template, the code and the tags for one Region. @throws Error with the output of `sls package` if that fails */
function writeRegion(
  { stage, version, folder }: Release,
  region: string,
  tags: Readonly<Record<string, string>>,
): void {
  const packaged = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const args = ['package', '--stage', stage, '--region', region, '--package', packaged];
    const { status, stdout, stderr } = sls(args, { CODE_VERSION: version });
    if (status !== 0) throw new Error(`sls ${args.join(' ')} failed:\n${stdout}${stderr}`);
    const own = join(folder, region);
    mkdirSync(own, { recursive: true });
    for (const zip of globSync(join(packaged, '*.zip'))) copyFileSync(zip, join(own, basename(zip)));
    const template: unknown = JSON.parse(
      readFileSync(join(packaged, 'cloudformation-template-update-stack.json'), 'utf8'),
    );
    writeFileSync(join(own, 'template.json'), `${JSON.stringify(releaseTemplate(template))}\n`);
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    writeFileSync(join(own, 'tags.json'), `${JSON.stringify(list)}\n`);
  } finally {
    rmSync(packaged, { recursive: true, force: true });
  }
}

/** The alarms that wake the monitor, in each Region that has metrics of Voice Connectors. @returns those Regions */
function writeWakeAlarms({ stage, folder }: Release, settings: StageSettings): readonly string[] {
  if (settings.wake === 'schedule') return [];
  const policy = loadPolicy(settings.policy);
  const regions = Object.keys(settings.wakeAlarms);
  for (const region of regions) {
    const own = join(folder, region);
    mkdirSync(own, { recursive: true });
    const template = wakeAlarmTemplate({ stage, settings, policy }, region);
    writeFileSync(join(own, 'wake-alarms.json'), `${JSON.stringify(template)}\n`);
  }
  return regions;
}

/** In the form that `sha256sum --check` reads. */
function checksumsOf(folder: string): string {
  const files = globSync('*/*', { cwd: folder }).sort();
  const lines = files.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')}  ${file}`,
  );
  return `${lines.join('\n')}\n`;
}

function writeRelease(stage: string, out: string): void {
  const settings = loadStageSettings(stage);
  const { regions, tags, policy } = settings;
  loadPolicy(policy);
  const version = process.env['CODE_VERSION'] ?? codeVersion();
  const folder = join(out, `${stage}-${version}`);
  rmSync(folder, { recursive: true, force: true });
  for (const region of regions) writeRegion({ stage, version, folder }, region, tags);
  const withAlarms = writeWakeAlarms({ stage, version, folder }, settings);
  writeFileSync(join(folder, 'SHA256SUMS'), checksumsOf(folder));
  console.log(`Wrote ${folder}: ${regions.join(', ')}, each with template.json, tags.json and the code.`);
  if (withAlarms.length > 0)
    console.log(`The alarms that wake the monitor: wake-alarms.json in ${withAlarms.join(', ')}.`);
  if (version.endsWith('.changed'))
    console.log('The working tree has changes that are not committed: the version ends with .changed.');
}

try {
  const { values } = parseArgs({
    options: { stage: { type: 'string', default: '' }, out: { type: 'string', default: 'release' } },
  });
  writeRelease(values.stage, values.out);
} catch (error) {
  const isExpected =
    error instanceof InvalidInputError ||
    error instanceof NoStageFileError ||
    error instanceof UnreadablePolicyError ||
    (error instanceof TypeError && 'code' in error);
  if (!isExpected) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
