/**
 * The rehearsal of docs/deploy.md: its commands in their order, in a clone of this repository with a git history of its own. What would create,
 * update or delete a stack in AWS packages the stack as it would be deployed, and replaces the functions of the local AWS by it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsByType } from '../../infra/deployer-permissions.ts';
import { programEnvironment } from '../../scripts/sls.ts';
import { unpackInto } from '../../scripts/package-into.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';
import { hasOperation } from './aws-operations.ts';
import { commandLinesIn, parseCommand } from './shell.ts';

const page = readFileSync('docs/deploy.md', 'utf8');

type Step = { readonly chapter: string; readonly text: string };

const steps: readonly Step[] = page
  .split(/^## /m)
  .flatMap((chapter) => commandLinesIn(chapter).map(({ text }) => ({ chapter: chapter.split('\n')[0]!, text })));

type Template = {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DeletionPolicy?: string; readonly Properties?: object }>
  >;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
};

/** What a deployment put into the account. */
type Deployed = { readonly template: Template; readonly archives: Readonly<Record<string, string>> };

let folder: string;
let aws: LocalAws | undefined;
const deployed: Deployed[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const left = new Set([
    'node_modules',
    '.git',
    '.build-lock',
    '.esbuild',
    '.serverless',
    'coverage',
    'release',
    'test',
    'bench',
  ]);
  cpSync('.', folder, { recursive: true, filter: (source) => !left.has(source) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  git('init', '-q');
  // The pattern of .gitignore is for a folder, and here it is a link.
  appendFileSync(join(folder, '.git/info/exclude'), 'node_modules\n');
  git('add', '.');
  git('commit', '-qm', 'feat: everything so far');
});

afterAll(async () => {
  await aws?.close();
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: folder, env: environment(), encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

function environment(): Record<string, string> {
  return {
    ...programEnvironment(),
    PATH: `${join(process.cwd(), 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    GIT_AUTHOR_NAME: 'anna',
    GIT_AUTHOR_EMAIL: 'anna@example.com',
    GIT_COMMITTER_NAME: 'anna',
    GIT_COMMITTER_EMAIL: 'anna@example.com',
    ...(aws === undefined ? {} : { AWS_ENDPOINT_URL: aws.server.url }),
  };
}

/** As it is written. Not spawnSync: the local AWS answers from this process. @returns what it printed */
function run(text: string, env: Readonly<Record<string, string>> = environment()): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', text], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    }
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(printed);
      else reject(new Error(`${text} ended with ${status}:\n${printed}`));
    });
  });
}

/** By command and commit, so that what the page packages first is what it deploys then. */
const packages = new Map<string, Deployed>();

/** Without the local AWS: a stack command against it would not check what one in an account checks. */
async function packageStack(text: string): Promise<Deployed> {
  const command = text.replace(/^npx sls deploy|^npm run package --/, 'npx sls package');
  const key = `${command} of ${await run('git rev-parse HEAD')}`;
  const packaged = packages.get(key) ?? (await packageOnce(command));
  packages.set(key, packaged);
  return packaged;
}

async function packageOnce(command: string): Promise<Deployed> {
  const env = Object.fromEntries(Object.entries(environment()).filter(([name]) => name !== 'AWS_ENDPOINT_URL'));
  const out = join(folder, '.serverless');
  await run(`${command} --package ${out}`, env);
  const archives = globSync(join(out, '*.zip')).map((file) => [
    basename(file),
    createHash('sha256').update(readFileSync(file)).digest('hex'),
  ]);
  const template = JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8')) as Template;
  return { template, archives: Object.fromEntries(archives) as Deployed['archives'] };
}

/** The primary fails 60 % of its calls for the last twenty minutes, in real time: the commands run in it. */
async function deploy(text: string): Promise<void> {
  deployed.push(await packageStack(text));
  const packageFolder = join(folder, '.serverless');
  unpackInto(packageFolder);
  await aws?.close();
  const startsAt = Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000;
  const fault: FaultSpec = {
    fromMinute: 45,
    untilMinute: Number.MAX_SAFE_INTEGER,
    where: { region: 'us-east-1' },
    what: { kind: 'sip-5xx', ratio: 0.6 },
  };
  aws = await LocalAws.start({
    world: twoRegions(1, startsAt, [fault]),
    groups: [mainLine],
    policyFile: join(folder, 'policy.yml'),
    packageFolder,
  });
}

/** The decision about the group, as the deployed monitor makes it. */
async function decision(): Promise<unknown> {
  aws!.simulateUntil(Date.now());
  const { payload } = await aws!.invoke('monitor', '{}');
  const { groups } = JSON.parse(payload) as { readonly groups: readonly Readonly<Record<string, unknown>>[] };
  const { mode, decision: kind, outcome } = groups[0]!;
  return { mode, decision: kind, outcome: (outcome as { readonly kind: string }).kind };
}

/** Adds the group that the page shows to the policy. */
function enforceGroup(): void {
  const [, indent = '', block = ''] = /^( *)```yaml\n([\s\S]*?)^ *```$/m.exec(page) ?? [];
  const groups = block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
  const file = join(folder, 'policy.yml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('\ngroups: []\n');
  writeFileSync(file, text.replace('\ngroups: []\n', `\n${groups}`));
}

function retained({ Resources }: Template): readonly string[] {
  return Object.values(Resources).flatMap(({ Type, DeletionPolicy }) =>
    // The framework keeps versions of a function during an update; they end with the function.
    DeletionPolicy?.startsWith('Retain') === true && Type !== 'AWS::Lambda::Version' ? [Type] : [],
  );
}

/** What the page does before a command by hand. */
const byHand: Readonly<Record<string, () => void>> = { 'From observe to enforce': enforceGroup };

/** What is expected of the monitor after the deployments, in their order. */
const decisions = [
  { mode: 'observe', decision: 'failover', outcome: 'withheld' },
  { mode: 'enforce', decision: 'failover', outcome: 'applied' },
  { mode: 'enforce', decision: 'failover', outcome: 'applied' },
  { mode: 'observe', decision: 'failover', outcome: 'withheld' },
];

async function rehearse({ text }: Step): Promise<string> {
  const { tokens } = parseCommand(text);
  const [program = '', first = '', second = ''] = tokens;
  if (program === 'aws') {
    expect(hasOperation(first, second, tokens)).toBe(true);
    return 'not run: it needs an account';
  }
  switch (text.replace(/ --stage .*/, '')) {
    case 'npm ci':
    case 'export AWS_DEFAULT_REGION=us-west-2':
      return 'not run: it concerns this machine';
    case 'npx sls deploy':
      await deploy(text);
      expect(await decision()).toEqual(decisions[deployed.length - 1]);
      return 'deployed';
    case 'npx sls remove':
      return 'not run: the tests below say what is left';
    case 'npm run package --':
      // A package of its own, without the local AWS.
      return JSON.stringify((await packageStack(text)).archives);
    default:
      aws?.simulateUntil(Date.now());
      return run(text);
  }
}

/** A part of what a command must print, by its beginning. */
const printed: readonly (readonly [string, RegExp])[] = [
  ['npm run config', /^config\/prod\.yml is valid, and so is its policy\.$/m],
  ['npm run package', /monitor\.zip/],
  ['npx sls invoke -f preflight', /"shape": "readiness-result"/],
  ['npm run vcf -- status', /main-line/],
  ['npm run release', /^Wrote release\/prod-/m],
  ['git revert', /Revert "feat: the monitor may move main-line"/],
];

describe('The steps of docs/deploy.md', () => {
  it('deploy, enforce, upgrade, roll back and remove', () => {
    const chapters = [...new Set(steps.map(({ chapter }) => chapter))];
    expect(chapters).toEqual([
      'Before the first deployment',
      'The first deployment',
      'From observe to enforce',
      'Upgrade',
      'Roll back',
      'Remove',
      'Without the Serverless Framework',
    ]);
    expect(steps.filter(({ text }) => text.startsWith('npx sls deploy'))).toHaveLength(decisions.length);
  });

  it.each(steps)('work in their order: $chapter: $text', { timeout: 300_000 }, async (step) => {
    const isFirst = steps.find(({ chapter }) => chapter === step.chapter) === step;
    if (isFirst) byHand[step.chapter]?.();
    const output = await rehearse(step);
    for (const [beginning, expected] of printed) {
      if (step.text.startsWith(beginning)) expect(output).toMatch(expected);
    }
  });

  it('deploy committed code, whose commit every event carries', () => {
    const versions = deployed.map(
      ({ template: { Resources } }) => /"CODE_VERSION":"([^"]+)"/.exec(JSON.stringify(Resources))?.[1],
    );
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
  });

  it('roll back to exactly the code and the policy of before', () => {
    const [first, enforcing, upgraded, rolledBack] = deployed;
    expect(rolledBack?.archives).toEqual(first?.archives);
    expect(upgraded?.archives).toEqual(enforcing?.archives);
    expect(enforcing?.archives).not.toEqual(first?.archives);
  });

  it('leave the record, and nothing else, when the stack is removed', () => {
    expect(retained(deployed.at(-1)!.template).toSorted()).toEqual([
      'AWS::Events::Archive',
      'AWS::Events::EventBus',
      ...Array.from({ length: 4 }, () => 'AWS::Logs::LogGroup'),
    ]);
  });

  it('need permissions for every type of resource, in a policy that IAM accepts by its size', () => {
    const types = new Set(Object.values(deployed[0]!.template.Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => permissionsByType[type] === undefined)).toEqual([]);
    // Made for the addresses of a stage, for its shards, for alarms that wake the monitor, and by the framework.
    const others = [
      'AWS::SNS::Subscription',
      'AWS::Lambda::EventSourceMapping',
      'AWS::IAM::Policy',
      'AWS::CloudFormation::Stack',
    ];
    expect(Object.keys(permissionsByType).filter((type) => !types.has(type) && !others.includes(type))).toEqual([]);
    const policy = JSON.stringify(JSON.parse(readFileSync('docs/deployer-policy.json', 'utf8')));
    expect(policy.length).toBeLessThanOrEqual(6144);
  });

  it('make a release whose checksums hold, and whose template needs only a bucket and a prefix', () => {
    const [release = ''] = globSync(join(folder, 'release/*/us-west-2'));
    const check = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: join(release, '..'), encoding: 'utf8' });
    expect(check.status, check.stderr).toBe(0);
    const text = readFileSync(join(release, 'template.json'), 'utf8');
    const { Parameters, Resources, Outputs } = JSON.parse(text) as Template;
    expect(Object.keys(Parameters!)).toEqual(['ArtefactBucket', 'ArtefactPrefix']);
    expect(text).not.toContain('ServerlessDeploymentBucket');
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { Handler, Code } = Properties as { readonly Handler: string; readonly Code: unknown };
      const name = /(\w+)\.handler$/.exec(Handler)![1]!;
      expect(Code).toEqual({
        S3Bucket: { Ref: 'ArtefactBucket' },
        S3Key: { 'Fn::Sub': `\${ArtefactPrefix}${name}.zip` },
      });
      expect(globSync(join(release, `${name}.zip`))).toHaveLength(1);
    }
    const terraform = readFileSync('examples/terraform/main.tf', 'utf8');
    for (const name of Object.keys(Parameters!)) expect(terraform).toMatch(new RegExp(`${name} += `));
    const outputs = [...terraform.matchAll(/outputs\["(\w+)"\]/g)].map(([, name]) => name!);
    expect(outputs.filter((name) => Outputs[name] === undefined)).toEqual([]);
    expect(outputs).toHaveLength(2);
  });
});
