/** Which Serverless commands need a Region, and what becomes of one without. */
import { afterEach, describe, expect, it, vi } from 'vitest';
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

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A shell without a setting of AWS, but for these. */
function withEnvironment(variables: Readonly<Record<string, string>> = {}): void {
  vi.stubEnv('AWS_REGION', variables['AWS_REGION']);
  vi.stubEnv('AWS_ENDPOINT_URL', variables['AWS_ENDPOINT_URL']);
}

const onStack = ['deploy', 'deploy function', 'info', 'invoke', 'logs', 'metrics', 'remove', 'rollback'];

describe('A command on a stack', () => {
  it.each(onStack)('sls %s is refused without a Region', (command) => {
    withEnvironment();
    expect(() => {
      initialize(command, { stage: 'prod' });
    }).toThrow(`for example: npx sls ${command} --stage prod --region us-west-2`);
  });

  it.each(onStack)('sls %s is allowed with --region, with AWS_REGION, and against a local AWS', (command) => {
    withEnvironment();
    initialize(command, { region: 'eu-west-1' });
    withEnvironment({ AWS_REGION: 'eu-west-1' });
    initialize(command);
    withEnvironment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4599' });
    initialize(command);
  });

  it('is refused where AWS_REGION is empty', () => {
    withEnvironment({ AWS_REGION: '' });
    expect(() => {
      initialize('invoke');
    }).toThrow('sls invoke has no default Region');
  });
});

describe('A command on this machine', () => {
  it.each(['package', 'invoke local', 'print'])('sls %s needs no Region', (command) => {
    withEnvironment();
    initialize(command);
  });
});

describe('sls deploy', () => {
  it('fails without a Region before it packages anything, with one sentence', () => {
    const { status, stdout } = sls(['deploy']);
    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'sls deploy has no default Region. Name a Region outside that of your primary Voice Connectors, so that the monitor does not fail together with them, for example: npx sls deploy --stage dev --region us-west-2',
    );
    expect(stdout).not.toContain('Packaging');
  }, 120_000);
});
