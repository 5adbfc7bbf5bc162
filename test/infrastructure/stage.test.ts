/** Which stage and which Region a Serverless command acts on, and what it refuses. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { templateSettings } from '../../infra/template-settings.ts';
import ServerlessPlugin, { type Serverless } from '../../scripts/serverless-plugin.ts';
import { sls } from '../../scripts/sls.ts';

class ServerlessError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

function initialize(command: string, options: Readonly<Record<string, string>> = {}): void {
  const serverless: Serverless = {
    service: {
      custom: { policyFile: 'policy.yml', busName: 'bus', outboxQueueName: 'outbox' },
      provider: { environment: {} },
    },
    processedInput: { commands: command.split(' '), options },
    classes: { Error: ServerlessError },
  };
  void new ServerlessPlugin(serverless).hooks['initialize']!();
}

function refusalOf(command: string, options: Readonly<Record<string, string>> = {}): string {
  try {
    initialize(command, options);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const home = process.cwd();

afterEach(() => {
  vi.unstubAllEnvs();
  process.chdir(home);
});

/** A repository with one stage, `prod`, and a shell without a setting of AWS, but for these. */
function inRepository(
  changes: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  onTestFinished(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, 'config'));
  const lines = { regions: '[us-west-2]', controlRegions: '[us-east-1]', policy: 'policy.yml', ...changes };
  const settings = Object.entries({ alerts: '{ page: [], ticket: [] }', ...lines });
  writeFileSync(join(folder, 'config/prod.yml'), settings.map(([name, value]) => `${name}: ${value}\n`).join(''));
  for (const name of ['AWS_REGION', 'AWS_ENDPOINT_URL', 'POLICY_FILE', 'MONITOR_REGIONS']) {
    vi.stubEnv(name, variables[name]);
  }
  process.chdir(folder);
}

const onStack = ['deploy', 'deploy function', 'info', 'invoke', 'logs', 'metrics', 'remove', 'rollback'];

describe('A command on a stack', () => {
  it.each(onStack)('sls %s is refused without a stage', (command) => {
    inRepository();
    expect(refusalOf(command, { region: 'us-west-2' })).toBe(
      `sls ${command} has no default stage. Name the one to use, which has its settings in config/<stage>.yml, for example: npx sls ${command} --stage prod --region us-west-2`,
    );
  });

  it.each(onStack)('sls %s is refused for a stage without a file, which it names with the example', (command) => {
    inRepository();
    expect(refusalOf(command, { stage: 'test', region: 'us-west-2' })).toBe(
      'The stage test has no settings: there is no config/test.yml. Make one from the example, which explains every setting: cp config/example.yml config/test.yml',
    );
  });

  it.each(onStack)('sls %s is accepted with the Region of the stage, named or not', (command) => {
    inRepository();
    expect(refusalOf(command, { stage: 'prod', region: 'us-west-2' })).toBe('accepted');
    expect(refusalOf(command, { stage: 'prod' })).toBe('accepted');
  });

  it('is refused in a Region that the stage does not name, and without one if the stage has two', () => {
    inRepository({ regions: '[us-west-2, eu-west-1]' });
    const allowed =
      'config/prod.yml: 1 problem\n  - --region: Expected one of its regions, us-west-2 or eu-west-1, got';
    expect(refusalOf('deploy', { stage: 'prod', region: 'us-east-1' })).toBe(`${allowed} "us-east-1"`);
    expect(refusalOf('deploy', { stage: 'prod' })).toBe(`${allowed} nothing`);
    expect(refusalOf('deploy', { stage: 'prod', region: 'eu-west-1' })).toBe('accepted');
  });

  it('takes neither its Region nor the Regions of the monitors from the shell', () => {
    inRepository({ regions: '[us-west-2, eu-west-1]' }, { AWS_REGION: 'us-west-2', MONITOR_REGIONS: 'us-west-2' });
    expect(refusalOf('deploy', { stage: 'prod' })).toContain('got nothing');
    const settings = templateSettings({ options: { stage: 'prod', region: 'us-west-2' } });
    expect(settings.regions).toBe('us-west-2,eu-west-1');
  });

  it.each(['deploy', 'deploy function'])('sls %s is refused while POLICY_FILE is set', (command) => {
    inRepository({}, { POLICY_FILE: 'other.yml' });
    expect(refusalOf(command, { stage: 'prod' })).toBe(
      'POLICY_FILE is set (other.yml), and a deployment takes its policy from config/prod.yml (policy: policy.yml) only. Run: unset POLICY_FILE',
    );
  });

  it('is refused for the stage of the local AWS, unless a local AWS is addressed', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);
    expect(refusalOf('deploy', { stage: 'dev' })).toBe(
      'The stage dev is for the local AWS only (localAwsOnly in config/dev.yml), and AWS_ENDPOINT_URL is not set. To deploy, make a stage of your own: docs/deploy.md',
    );
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4599');
    expect(refusalOf('invoke', { stage: 'dev' })).toBe('accepted');
    expect(refusalOf('invoke')).toBe('accepted');
  });
});

describe('A command on this machine', () => {
  it.each(['package', 'invoke local', 'print'])('sls %s needs neither stage nor Region', (command) => {
    expect(refusalOf(command)).toBe('accepted');
  });

  it('has the problems of the stage listed', () => {
    inRepository({ reservedConcurrency: '7' });
    expect(refusalOf('package', { stage: 'prod' })).toBe(
      'config/prod.yml: 1 problem\n  - reservedConcurrency: Expected 1 or none, got 7',
    );
  });
});

describe('The settings of the template', () => {
  it('leave the reserved concurrency out where the stage has none', () => {
    inRepository({ reservedConcurrency: 'none', runbookUrl: 'https://wiki.example.com/runbook' });
    expect(templateSettings({ options: { stage: 'prod' } })).toMatchObject({
      region: 'us-west-2',
      reservedConcurrency: null,
      runbook: 'https://wiki.example.com/runbook',
    });
  });

  it('are the only thing that serverless.yml takes from outside, but for the policy and the version of a build', () => {
    const used = [...readFileSync('serverless.yml', 'utf8').matchAll(/\$\{(?:env|opt):(\w+)/g)].map(([, name]) => name);
    expect(used.sort()).toEqual(['CODE_VERSION', 'POLICY_FILE']);
  });
});

describe('sls deploy', () => {
  it('fails without a stage before it packages anything, with one sentence', () => {
    const { status, stdout } = sls(['deploy']);
    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^sls deploy has no default stage\. /);
    expect(stdout).not.toContain('Packaging');
  }, 120_000);
});
