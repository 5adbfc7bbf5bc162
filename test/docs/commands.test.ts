/**
 * Every command line in README.md and docs/: run against the local AWS, or, where it would change a real account or take many
 * minutes, parsed. A command of an unknown kind fails.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { LocalAws } from '../../sim/local-aws.ts';
import { loadScenario } from '../../sim/scenario/format/load.ts';
import { scenarioFile } from '../../sim/scenario/library.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { programEnvironment } from '../../scripts/sls.ts';
import { awsOperations, hasOperation } from './aws-operations.ts';
import { kindOf, type Kind, type SlsInvocation } from './kinds.ts';
import { pages, pageText } from './pages.ts';
import { demoExcerpt, sampleIn, updateSample } from './samples.ts';
import { commandLinesIn, parseCommand, type CommandLine } from './shell.ts';

/** By its text and the first page that has it; the same command on several pages is checked once. */
const commands: ReadonlyMap<string, CommandLine> = firstOfEach(
  pages.flatMap(({ file, text }) => commandLinesIn(text).map((line) => ({ file, line }))),
);

function firstOfEach(found: readonly { readonly file: string; readonly line: CommandLine }[]) {
  const byText = Map.groupBy(found, ({ line }) => line.text);
  return new Map([...byText].flatMap(([text, [first]]) => (first ? [[`${first.file}: ${text}`, first.line]] : [])));
}

type Program = Extract<Kind, { kind: 'program' }>;

type Finished = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

/** The sources in a folder of their own: a local invocation builds beside them, and so do other suites. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  const left = new Set(['node_modules', '.git', '.build-lock', '.esbuild', '.serverless', 'coverage', 'test', 'bench']);
  cpSync('.', folder, { recursive: true, filter: (source) => !left.has(source) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  // The stage of the running example, as docs/deploy.md makes it.
  cpSync('config/example.yml', join(folder, 'config/prod.yml'));
});

afterAll(async () => {
  await sharedAws?.close();
  rmSync(folder, { recursive: true, force: true });
});

let sharedAws: LocalAws | undefined;

/** Commands that change nothing share one, which has its functions warm; every other command gets one of its own. */
async function awsFor({ text }: CommandLine): Promise<LocalAws> {
  const isReading =
    /"action":"status"|"dryRun":true|-f (?:monitor|preflight|sessions)|vcf -- (?:status|history|why|preflight)|--dry-run|list-|curl \$/.test(
      text,
    );
  const aws = isReading ? (sharedAws ??= await startAws()) : await startAws();
  if (!isReading) onTestFinished(() => aws.close());
  aws.simulateUntil(Date.now());
  return aws;
}

/** As the functions of a stage in another Region than that of the local AWS log it. */
function logHold({ account }: LocalAws): void {
  const metadata = { eventId: 'held', time: new Date().toISOString(), runId: 'run' };
  const data = { voiceConnectorGroupId: 'main-line', name: 'main-line', code: 'top-healthy', reason: 'healthy' };
  const message = JSON.stringify({ message: 'Priority Held', data: { metadata, data } });
  account.logs.write('us-west-2', { logGroupName: '/aws/lambda/voice-connector-failover-prod-monitor', message });
}

/** A healthy world that ends now: the commands run in real time. */
function startAws(): Promise<LocalAws> {
  const startsAt = Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000;
  return LocalAws.start({
    world: twoRegions(1, startsAt, []),
    groups: [mainLine],
    policyFile: 'sim/policy.yml',
    packageFolder: inject('packageFolder'),
  });
}

function environment(aws?: LocalAws): Record<string, string> {
  return {
    ...programEnvironment(),
    PATH: `${join(process.cwd(), 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...(aws === undefined ? {} : { AWS_ENDPOINT_URL: aws.server.url }),
  };
}

/** Ends when the program does, or when `until` says that its output is enough. */
function run(
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
  until?: (stdout: string) => boolean,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (until?.(stdout) === true) child.kill('SIGTERM');
    });
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}

/** What `sls invoke` sends, sent by the SDK: test/serverless.test.ts runs the program itself. */
async function invoke(aws: LocalAws, { functionName, stage, region, payload }: SlsInvocation): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint: aws.server.url, region, credentials });
  onTestFinished(() => {
    client.destroy();
  });
  const FunctionName = `voice-connector-failover-${stage}-${functionName}`;
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: payload }));
  const text = answer.Payload?.transformToString() ?? '';
  expect(answer.FunctionError, text).toBeUndefined();
  expect(JSON.parse(text)).toHaveProperty('shape');
}

/** With the default policy nothing moves, so the demo ends as failed. */
function expectedStatus({ file, args }: Program): number {
  return file === 'sim/demo/main.ts' && args.includes('policy.yml') ? 1 : 0;
}

async function runProgram(program: Program): Promise<void> {
  const { file } = program;
  const args = file === 'sim/scenario/main.ts' ? withShortScenario(program.args) : program.args;
  const { status, stdout, stderr } = await run(['node', file, ...args], environment());
  expect(stderr).toBe('');
  expect(status, stdout.slice(-2000)).toBe(expectedStatus(program));
  if (file === 'sim/demo/main.ts' && args.length === 0) {
    updateSample('npm start', demoExcerpt(stdout));
    expect(sampleIn(readFileSync('README.md', 'utf8'), 'npm start')).toBe(demoExcerpt(stdout));
  }
}

/** The named scenario is loaded, and one of a minute is run with the same options: test/sim/scenarios runs them all. */
function withShortScenario([name, ...options]: readonly string[]): readonly string[] {
  if (name === undefined) return [];
  const isOwn = name.endsWith('.yml') && !existsSync(name);
  if (isOwn) writeFileSync(join(folder, name), scenarioOnPage());
  const { title } = loadScenario(isOwn ? join(folder, name) : scenarioFile(name));
  expect(title).not.toBe('');
  const short = 'short.yml';
  const members = '[{ id: vc-east, region: us-east-1, priority: 1 }, { id: vc-west, region: us-west-2, priority: 2 }]';
  const group = `{ id: main-line, members: ${members}, calls: { perMinute: 24 } }`;
  const lines = ['title: short', 'shows: nothing moves', 'minutes: 1', 'warmUpMinutes: 30', `groups: [${group}]`];
  writeFileSync(join(folder, short), [...lines, 'expect: { moves: [] }', ''].join('\n'));
  return [short, ...options];
}

/** The example that docs/scenarios.md begins with. */
function scenarioOnPage(): string {
  const [, scenario] = /^```yaml\n(title: .*?)^```$/ms.exec(pageText('docs/scenarios.md')) ?? [];
  if (scenario === undefined) throw new Error('docs/scenarios.md has no whole scenario');
  return scenario;
}

/** On any free port: the page's may be taken. */
async function serve({ file, args }: Extract<Kind, { kind: 'server' }>): Promise<void> {
  const port = args.indexOf('--port');
  const others = port === -1 ? args : [...args.slice(0, port), ...args.slice(port + 2)];
  if (args.includes('--enforce-permissions')) {
    cpSync(inject('packageFolder'), join(folder, '.serverless'), { recursive: true });
  }
  const ready = (stdout: string): boolean => stdout.includes('Ctrl-C');
  const { stdout, stderr } = await run(['node', file, '--port', '0', ...others], environment(), ready);
  expect(stderr).toBe('');
  expect(ready(stdout), stdout).toBe(true);
}

/** Runs the command as it is written; where the local AWS lacks the operation, the CLI only validates the arguments. */
async function runAws(line: CommandLine, service: string, operation: string): Promise<void> {
  const { text, exported } = line;
  const check = awsOperations[service]?.[operation];
  if (check === undefined) throw new Error(`aws ${service} ${operation} is not known here`);
  expect(exported, 'version 1 of the CLI needs it').toHaveProperty('AWS_DEFAULT_REGION');
  const { tokens } = parseCommand(text);
  expect(hasOperation(service, operation, tokens)).toBe(true);
  for (const [name] of text.matchAll(/voice-connector-failover-prod-[a-z-]+/g)) {
    expect(packagedForDocs(), `the template has ${name}`).toContain(name);
  }
  if (!hasAwsCli) return;
  const env = { ...exported, ...environment(check === 'run' ? await awsFor(line) : undefined) };
  const command = check === 'run' ? text : `${text} --generate-cli-skeleton output`;
  const { status, stderr } = await run(['sh', '-c', command], env);
  expect(status, stderr).toBe(0);
}

/** The template as the running example deploys it, packaged once. */
let docsTemplate: string | undefined;

function packagedForDocs(): string {
  return (docsTemplate ??= packageFor('prod', 'us-west-2'));
}

function packageFor(stage: string, region: string): string {
  const target = join(folder, `packaged-${stage}-${region}`);
  const args = ['package', '--stage', stage, '--region', region, '--package', target];
  const { status, stdout, stderr } = spawnSync('node', ['node_modules/serverless/bin/serverless.js', ...args], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`sls ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return readFileSync(join(target, 'cloudformation-template-update-stack.json'), 'utf8');
}

async function check(line: CommandLine): Promise<void> {
  const kind = kindOf(line);
  switch (kind.kind) {
    case 'parsed':
      return;
    case 'stack':
      expect(packagedForDocs()).toContain(`voice-connector-failover-${kind.stage}-monitor`);
      return;
    case 'invoke':
      return invoke(await awsFor(line), kind);
    case 'invoke-local': {
      const env = { ...environment(await awsFor(line)), ...parseCommand(line.text).assigned, CI: '1' };
      const { status, stdout, stderr } = await run(['sh', '-c', line.text], env);
      expect(status, stdout + stderr).toBe(0);
      return;
    }
    case 'program':
      return runProgram(kind);
    case 'vcf': {
      const aws = await awsFor(line);
      logHold(aws);
      const { status, stderr } = await run(['node', 'cli/main.ts', ...kind.args], environment(aws));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return;
    }
    case 'server':
      return serve(kind);
    case 'aws':
      return runAws(line, kind.service, kind.operation);
    case 'curl': {
      const { url, method, body } = kind;
      const { server } = await awsFor(line);
      const { ok } = await fetch(`${server.url}${url}`, { method, ...(body === undefined ? {} : { body }) });
      expect(ok).toBe(true);
      return;
    }
    default:
      return kind satisfies never;
  }
}

describe('The documentation', () => {
  it('has command lines', () => {
    expect(commands.size).toBeGreaterThan(30);
  });

  it.each([...commands])('has a command that works: %s', { timeout: 300_000 }, async (_name, line) => {
    await check(line);
  });
});
