/** The Serverless commands. They share a build folder, so that they are in one file, which runs one after the other. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessKeyIdOf } from '../sim/lambda/credentials.ts';
import { LocalAws } from '../sim/local-aws.ts';
import { mainLine, twoRegions } from '../sim/two-regions.ts';
import { packagedPermissions } from './wire-support/permissions.ts';
import { sls } from './wire-support/sls.ts';

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

describe('sls invoke', () => {
  let aws: LocalAws;
  let toAws: Record<string, string>;

  beforeAll(async () => {
    // The commands below run in real time, so the simulated metrics must reach up to now.
    const startsAt = Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000;
    aws = await LocalAws.start({
      world: twoRegions(1, startsAt, []),
      groups: [mainLine],
      policyFile: 'sim/policy.yml',
      permissions: packagedPermissions(),
    });
    toAws = { AWS_ENDPOINT_URL: aws.server.url, AWS_SECRET_ACCESS_KEY: 'local' };
  }, 60_000);

  beforeEach(() => {
    aws.simulateUntil(Date.now());
  });

  afterAll(async () => {
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
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          TMPDIR: process.env['TMPDIR'],
          ...toAws,
          ...keyFor(args),
          ...env,
        },
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

  it.each([
    ['scheduled', { kind: 'scheduled' }],
    ['alarm-state-change', { kind: 'alarm', alarmName: 'main-line-failed-calls', state: 'ALARM' }],
    [
      'health-event',
      { kind: 'health-event', service: 'CHIME', eventTypeCode: 'AWS_CHIME_OPERATIONAL_ISSUE', region: 'us-east-1' },
    ],
    ['manual-all-groups', { kind: 'manual' }],
    ['manual-one-group', { kind: 'manual', groupId: 'main-line' }],
  ])(
    'local -f monitor -p events/%s.json prints the run result as JSON',
    { timeout: 60_000 },
    async (event, trigger) => {
      const { status, stdout } = await invoke(['local', '-f', 'monitor', '-p', `events/${event}.json`]);
      expect(resultIn(stdout)).toMatchObject({
        shape: 'run-result',
        version: 1,
        trigger,
        outcome: 'succeeded',
        groups: [{ voiceConnectorGroupId: 'main-line', mode: 'observe', decision: 'hold', code: 'top-healthy' }],
        problems: [],
      });
      expect(status).toBe(0);
    },
  );

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

  it.each([
    ['preflight', { kind: 'manual' }],
    ['preflight-one-group', { kind: 'manual', groupId: 'main-line' }],
  ])('local -f preflight -p events/%s.json prints a table in JSON', { timeout: 60_000 }, async (event, trigger) => {
    const { status, stdout } = await invoke(['local', '-f', 'preflight', '-p', `events/${event}.json`]);
    expect(resultIn(stdout)).toMatchObject({
      shape: 'readiness-result',
      trigger,
      outcome: 'succeeded',
      readiness: 'warn',
      groups: [{ voiceConnectorGroupId: 'main-line', findings: expect.any(Array) as [] }],
    });
    expect(stdout).toMatch(/^ +"WARN {2}Main line {2}mode +mode observe: /m);
    expect(status).toBe(0);
  });

  it('-f preflight reaches the deployed handler', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['-f', 'preflight']);
    expect(resultIn(stdout)).toMatchObject({ shape: 'readiness-result', outcome: 'succeeded', readiness: 'pass' });
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

  /** Each with a part of its summary, in an order in which all can be done: the last one restores the order that the first one finds. */
  const operations: readonly (readonly [string, string])[] = [
    ['status', 'one group at '],
    ['status-one-group', 'one group at '],
    ['pause', 'main-line (Main line) is paused until '],
    ['resume', 'removed from main-line (Main line): pause by anna'],
    ['pause-all', 'every group is paused until '],
    ['resume-all', 'removed from every group: pause by anna'],
    ['pin', 'main-line (Main line) is pinned until '],
    ['resume', 'removed from main-line (Main line): pin by anna'],
    [
      'switchover-dry-run',
      'would do: switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
    ],
    ['switchover', 'switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2'],
    // The policy of this repository names no preferred order, the deployed one does.
    ['failback', 'failback of main-line (Main line): vc-west 1, vc-east 2 → vc-east 1, vc-west 2'],
  ];

  it.each(operations)(
    'local -f operate -p events/operate-%s.json prints: %s',
    { timeout: 60_000 },
    async (event, summary) => {
      const args = ['local', '-f', 'operate', '-p', `events/operate-${event}.json`];
      const { status, stdout } = await invoke(args, { POLICY_FILE: 'sim/policy.yml' });
      expect(resultIn(stdout)).toMatchObject({
        shape: 'operate-result',
        summary: expect.stringContaining(summary) as string,
      });
      expect(status).toBe(0);
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
    const { status, stderr } = await invoke(['local', '-f', 'monitor', '-d', '{}'], { CONTROL_REGIONS: 'moon' });
    expect(status).toBe(1);
    expect(stderr).toContain('the environment of the function monitor: 1 problem');
    expect(stderr).toContain('such as us-east-1,us-west-2, got "moon"');
  });
});
