/** The Serverless commands. They share a build folder, so that they are in one file, which runs one after the other. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { accessKeyIdOf } from '../sim/lambda/credentials.ts';
import { LocalAws } from '../sim/local-aws.ts';
import { mainLine, twoRegions } from '../sim/two-regions.ts';
import { packagedPermissions } from './wire-support/permissions.ts';
import { programEnvironment, sls } from '../scripts/sls.ts';

describe('sls package', () => {
  it('fails for an invalid policy, and lists its problems', () => {
    const { status, stdout } = sls(['package'], { POLICY_FILE: 'test/fixtures/five-mistakes.yml' });
    expect(status).toBe(1);
    expect(stdout.slice(stdout.indexOf('test/fixtures'))).toBe(`test/fixtures/five-mistakes.yml: 5 problems
  - defaults.mode: Invalid option: expected one of "observe"|"enforce", got "enfroce"
  - defaults.tuning.minExcessRatio: Expected a number from 0.02 to 0.5, got 50
  - defaults.tuning.coldownMinutes is not a known setting
  - defaults.tuning.riseMinutes: Expected at least 2 × judgingMinutes (10): recovery needs more proof than a fault, got 6
  - groups[0].failback: Expected a preferredOrder for failback auto, got none
`);
  }, 120_000);
});

/** The commands run in real time, so the simulated metrics must reach up to now. */
function startAws(policyFile: string): Promise<LocalAws> {
  const startsAt = Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000;
  const permissions = packagedPermissions();
  return LocalAws.start({
    world: twoRegions(1, startsAt, []),
    groups: [mainLine],
    policyFile,
    permissions,
    packageFolder: inject('packageFolder'),
  });
}

/** Of the policy of this repository, in mode observe. */
function runResultOf(trigger: object) {
  return {
    shape: 'run-result',
    version: 1,
    trigger,
    outcome: 'succeeded',
    groups: [{ voiceConnectorGroupId: 'main-line', mode: 'observe', decision: 'hold', code: 'top-healthy' }],
    problems: [],
  };
}

function readinessResultOf(trigger: object) {
  return {
    shape: 'readiness-result',
    trigger,
    outcome: 'succeeded',
    readiness: 'warn',
    groups: [{ voiceConnectorGroupId: 'main-line', findings: expect.any(Array) as [] }],
  };
}

const modeWarning = /^ +"WARN {2}Main line {2}mode +mode observe: /m;

/** Invokes a function of the local AWS with a file, as `sls invoke -p` would: the tests below run the program for some of them. */
async function invokeWithFile(aws: LocalAws, functionName: string, event: string): Promise<string> {
  const { payload, functionError } = await aws.invoke(functionName, readFileSync(`events/${event}.json`, 'utf8'));
  expect(functionError, payload).toBeUndefined();
  return payload;
}

describe('The policy of this repository', () => {
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startAws('policy.yml');
  });

  beforeEach(() => {
    aws.simulateUntil(Date.now());
  });

  afterAll(async () => {
    await aws.close();
  });

  it.each([
    ['alarm-state-change', { kind: 'alarm', alarmName: 'main-line-failed-calls', state: 'ALARM' }],
    [
      'health-event',
      { kind: 'health-event', service: 'CHIME', eventTypeCode: 'AWS_CHIME_OPERATIONAL_ISSUE', region: 'us-east-1' },
    ],
    ['manual-all-groups', { kind: 'manual' }],
    ['manual-one-group', { kind: 'manual', groupId: 'main-line' }],
  ])('is what the monitor decides by for events/%s.json', async (event, trigger) => {
    const payload = await invokeWithFile(aws, 'monitor', event);
    expect(JSON.parse(payload)).toMatchObject(runResultOf(trigger));
  });

  it('is what preflight checks for events/preflight-one-group.json', async () => {
    const result: unknown = JSON.parse(await invokeWithFile(aws, 'preflight', 'preflight-one-group'));
    expect(result).toMatchObject(readinessResultOf({ kind: 'manual', groupId: 'main-line' }));
    expect(JSON.stringify(result, null, 2)).toMatch(modeWarning);
  });
});

describe('sls invoke', () => {
  let aws: LocalAws;
  let toAws: Record<string, string>;
  let minutes: NodeJS.Timeout;

  beforeAll(async () => {
    aws = await startAws('sim/policy.yml');
    // A command takes seconds, within which a minute may end: its calls must not be missing.
    minutes = setInterval(() => aws.catchUp(), 200);
    toAws = { AWS_ENDPOINT_URL: aws.server.url, AWS_SECRET_ACCESS_KEY: 'local' };
  }, 60_000);

  beforeEach(() => {
    aws.simulateUntil(Date.now());
  });

  afterAll(async () => {
    clearInterval(minutes);
    await aws.close();
  });

  /** A local handler runs with the role of its function; a deployed one is invoked with the operator's credentials. */
  const keyFor = (args: string[]): Record<string, string> => {
    const name = args[0] === 'local' ? args[args.indexOf('-f') + 1] : undefined;
    return { AWS_ACCESS_KEY_ID: name === undefined ? 'local' : accessKeyIdOf(name) };
  };

  /** Not spawnSync: the local AWS answers from this process. */
  const invoke = (
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ status: number | null; stdout: string; stderr: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['node_modules/serverless/bin/serverless.js', 'invoke', ...args], {
        env: { ...programEnvironment(), ...toAws, ...keyFor(args), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (status) => {
        resolve({ status, stdout, stderr });
      });
    });

  /** The result is printed last, after log lines. */
  const resultIn = (stdout: string): unknown => JSON.parse(stdout.slice(stdout.search(/^\{$/m)));

  it('local -f monitor -p events/scheduled.json prints the run result as JSON', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['local', '-f', 'monitor', '-p', 'events/scheduled.json']);
    expect(resultIn(stdout)).toMatchObject(runResultOf({ kind: 'scheduled' }));
    expect(status).toBe(0);
  });

  it('local -f monitor runs over every group when no payload is given', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['local', '-f', 'monitor']);
    expect(resultIn(stdout)).toMatchObject({ trigger: { kind: 'manual' }, outcome: 'succeeded' });
    expect(status).toBe(0);
  });

  it('local -f sessions prints the inventory as JSON', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['local', '-f', 'sessions', '-d', '{}']);
    expect(resultIn(stdout)).toMatchObject({
      shape: 'sessions-result',
      outcome: 'succeeded',
      connectors: [
        { voiceConnectorId: 'vc-east', sessions: { Open: { answer: 'not-found' } } },
        { voiceConnectorId: 'vc-west', sessions: { Open: { answer: 'not-found' } } },
      ],
    });
    expect(status).toBe(0);
  });

  it('local -f preflight -p events/preflight.json prints a table in JSON', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['local', '-f', 'preflight', '-p', 'events/preflight.json']);
    expect(resultIn(stdout)).toMatchObject(readinessResultOf({ kind: 'manual' }));
    expect(stdout).toMatch(modeWarning);
    expect(status).toBe(0);
  });

  it('-f preflight reaches the deployed handler', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['-f', 'preflight']);
    expect(resultIn(stdout)).toMatchObject({ shape: 'readiness-result', outcome: 'succeeded', readiness: 'warn' });
    // The policy of the local AWS states no quota.
    expect(stdout).toMatch(/capacity.*activeCallsQuota/);
    expect(status).toBe(0);
  });

  it(
    'local -f operate -p events/operate-drill.json starts a drill, and resume ends it',
    { timeout: 90_000 },
    async () => {
      const policy = { POLICY_FILE: 'sim/policy.yml' };
      const primary = (): string | undefined =>
        aws.account.routedGroups()[0]?.items.find(({ priority }) => priority === 1)?.voiceConnectorId;
      const drill = await invoke(['local', '-f', 'operate', '-p', 'events/operate-drill.json'], policy);
      expect(resultIn(drill.stdout)).toMatchObject({
        outcome: 'done',
        summary: expect.stringContaining(
          'drill of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
        ) as string,
      });
      expect(primary()).toBe('vc-west');
      const resume = await invoke(['local', '-f', 'operate', '-p', 'events/operate-resume.json'], policy);
      expect(resultIn(resume.stdout)).toMatchObject({ outcome: 'done' });
      await aws.invoke('monitor', '{}');
      expect(primary()).toBe('vc-east');
    },
  );

  /**
   * Each with a part of its summary, in an order in which all can be done: the last one restores the order that the first one finds.
   * The program runs those that write through it: to Parameter Store and to the group.
   */
  const operations: readonly (readonly ['sls invoke local' | 'the deployed function', string, string])[] = [
    ['sls invoke local', 'status', 'one group at '],
    ['the deployed function', 'status-one-group', 'one group at '],
    ['sls invoke local', 'pause', 'main-line (Main line) is paused until '],
    ['the deployed function', 'resume', 'removed from main-line (Main line): pause by anna'],
    ['the deployed function', 'pause-all', 'every group is paused until '],
    ['the deployed function', 'resume-all', 'removed from every group: pause by anna'],
    ['the deployed function', 'pin', 'main-line (Main line) is pinned until '],
    ['the deployed function', 'resume', 'removed from main-line (Main line): pin by anna'],
    [
      'the deployed function',
      'switchover-dry-run',
      'would do: switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
    ],
    [
      'sls invoke local',
      'switchover',
      'switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
    ],
    // The policy of this repository names no preferred order, the deployed one does.
    [
      'the deployed function',
      'failback',
      'failback of main-line (Main line): vc-west 1, vc-east 2 → vc-east 1, vc-west 2',
    ],
  ];

  const operateWith = async (how: (typeof operations)[number][0], event: string): Promise<unknown> => {
    if (how === 'the deployed function') return JSON.parse(await invokeWithFile(aws, 'operate', `operate-${event}`));
    const args = ['local', '-f', 'operate', '-p', `events/operate-${event}.json`];
    const { status, stdout } = await invoke(args, { POLICY_FILE: 'sim/policy.yml' });
    expect(status).toBe(0);
    return resultIn(stdout);
  };

  it.each(operations)(
    'operate by %s with events/operate-%s.json prints: %s',
    { timeout: 60_000 },
    async (how, event, summary) => {
      expect(await operateWith(how, event)).toMatchObject({
        shape: 'operate-result',
        summary: expect.stringContaining(summary) as string,
      });
    },
  );

  it(
    '-f operate reaches the deployed handler, which lists every mistake of a command',
    { timeout: 60_000 },
    async () => {
      const accepted = await invoke(['-f', 'operate', '-p', 'events/operate-status.json']);
      expect(resultIn(accepted.stdout)).toMatchObject({ shape: 'operate-result', action: 'status', outcome: 'done' });
      const { status, stdout } = await invoke([
        '-f',
        'operate',
        '-d',
        '{"action":"pause","group":"paris","until":"9 h"}',
      ]);
      expect(stdout).toMatch(/by: Expected .*reason: Expected .*until: Expected .*group: Expected one of main-line/s);
      expect(status).toBe(1);
    },
  );

  it('-f monitor reaches the deployed handler, with the policy it was deployed with', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['-f', 'monitor']);
    expect(resultIn(stdout)).toMatchObject({
      shape: 'run-result',
      trigger: { kind: 'manual' },
      groups: [{ voiceConnectorGroupId: 'main-line', mode: 'enforce', decision: 'hold', code: 'top-healthy' }],
    });
    expect(status).toBe(0);
  });

  it('local uses the policy that POLICY_FILE names', { timeout: 60_000 }, async () => {
    const { stdout } = await invoke(['local', '-f', 'monitor', '-d', '{}'], { POLICY_FILE: 'sim/policy.yml' });
    expect(resultIn(stdout)).toMatchObject({ groups: [{ mode: 'enforce' }] });
  });

  it('local fails, and does not hang, where the function refuses to start', { timeout: 60_000 }, async () => {
    const { status, stderr } = await invoke(['local', '-f', 'monitor', '-d', '{}', '-e', 'CONTROL_REGIONS=moon']);
    expect(status).toBe(1);
    expect(stderr).toContain('the environment of the function monitor: 1 problem');
    expect(stderr).toContain('such as us-east-1,us-west-2, got "moon"');
  });
});
