/** The command line, over the wire to the packaged functions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serviceName } from '../../cli/deployment.ts';
import { run } from '../../cli/run.ts';
import { now, orderOf } from '../wire-support/account.ts';
import { publishCalls, seedConnector, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deploy, type Deployment } from '../wire-support/functions.ts';
import { vcf, vcfAt } from './vcf.ts';

async function deployHealthy(): Promise<Deployment> {
  const aws = await deploy();
  for (const [id, region] of [
    ['vc-east', 'us-east-1'],
    ['vc-west', 'us-west-2'],
  ] as const) {
    seedConnector(aws, id, region);
    publishCalls(aws, { voiceConnectorId: id, region });
  }
  aws.account.chime.seedGroup({
    voiceConnectorGroupId: 'main-line',
    items: [
      { voiceConnectorId: 'vc-east', priority: 1 },
      { voiceConnectorId: 'vc-west', priority: 2 },
    ],
    createdAt: 0,
  });
  return aws;
}

const ordered = ['--by', 'anna', '--reason', 'carrier work'] as const;

describe('vcf', () => {
  it('counts durations by the clock of the local AWS, which may run faster than that of this computer', async () => {
    const aws = await deployHealthy();
    const yesterday = now - 24 * 60 * 60_000;
    const { exitCode, out } = await vcfAt(yesterday, aws.server, 'pause', 'main-line', '--until', '30m', ...ordered);
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: expect.stringContaining('2026-11-20T09:30:30.000Z') as string,
    });
  });

  it('shows the groups, what the monitor would do and why', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    const { exitCode, out, err } = await vcf(aws, 'status', 'main-line');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/^one group at 2026-11-20T09:00:30.000Z\n/);
    expect(out).toMatch(/1 {2}vc-east {2}us-east-1 {2}unhealthy/);
    expect(out).toMatch(/now: failover/);
  });

  it('pauses a group for a duration, and resumes it', async () => {
    const aws = await deployHealthy();
    expect(await vcf(aws, 'pause', 'main-line', '--until', '2h30m', ...ordered)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('is paused until 2026-11-20T11:30:30.000Z by anna: carrier work') as string,
    });
    expect(await vcf(aws, 'resume', 'main-line', ...ordered)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('removed from main-line') as string,
    });
  });

  it('moves a group, and tells before what it would do', async () => {
    const aws = await deployHealthy();
    expect(await vcf(aws, 'switchover', 'main-line', 'vc-west', '--dry-run', ...ordered)).toMatchObject({
      exitCode: 0,
    });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(await vcf(aws, 'switchover', 'main-line', 'vc-west', ...ordered)).toMatchObject({ exitCode: 0, err: '' });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('pins an order', async () => {
    const aws = await deployHealthy();
    const pin = await vcf(aws, 'pin', 'main-line', 'vc-west', 'vc-east', '--until', '1d', ...ordered);
    expect(pin).toMatchObject({ exitCode: 0 });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('drills a group', async () => {
    const aws = await deployHealthy();
    const drill = await vcf(aws, 'drill', 'main-line', '--minutes', '10', ...ordered);
    expect(drill).toMatchObject({ exitCode: 0 });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it.each(['1e2', '0x10', '1.5', '-5'])('drills nothing for %s minutes', async (minutes) => {
    const aws = await deployHealthy();
    const { exitCode, err } = await vcf(aws, 'drill', 'main-line', `--minutes=${minutes}`, ...ordered);
    expect(exitCode).toBe(2);
    expect(err).toContain('Expected a whole number above 0.');
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('prints what preflight found, and ends with 1 where a group is not ready', async () => {
    const aws = await deployHealthy();
    const { exitCode, out } = await vcf(aws, 'preflight');
    expect(out).toMatch(/^FAIL/m);
    expect(out).toContain('What to do:');
    expect(exitCode).toBe(1);
  });

  it('prints the answer of the function for a program', async () => {
    const aws = await deployHealthy();
    const { exitCode, out } = await vcf(aws, 'status', '--json');
    expect({ exitCode, answer: JSON.parse(out) as unknown }).toMatchObject({
      exitCode: 0,
      answer: { shape: 'operate-result', version: 1, action: 'status', outcome: 'done' },
    });
  });

  it('ends with 1 and every obstacle where the command is refused', async () => {
    const aws = await deployHealthy();
    expect(await vcf(aws, 'switchover', 'main-line', 'vc-wst', ...ordered)).toEqual({
      exitCode: 1,
      out: '',
      err: 'the command: main-line (main-line) is not moved: 1 problem\n  - not-a-member: vc-wst is not among the members vc-east, vc-west. This cannot be forced\n',
    });
  });

  it('ends with 2 where nothing answers', async () => {
    expect(await vcf(undefined, 'status')).toEqual({
      exitCode: 2,
      out: '',
      err: 'voice-connector-failover-dev-operate could not be invoked: Error: connect ECONNREFUSED 127.0.0.1:1. Does npm run sim run on port 1?\n',
    });
  });

  it.each<[string, readonly string[], string]>([
    ['a command that does not exist', ['statsu'], 'Did you mean status?'],
    ['a missing reason', ['failback', 'main-line'], "required option '--reason <text>' not specified"],
    ['a duration that is none', ['pause', 'main-line', '--until', '2x', ...ordered], 'such as 90m, 2h30m or 1d'],
    ['an option that does not exist', ['status', '--jsn'], 'Did you mean --json?'],
  ])('ends with 2 for %s, and names what is meant', async (_, args, expected) => {
    const { exitCode, out, err } = await vcf(undefined, ...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(expected);
  });

  it('requires the stage and the Region: without them another stack would answer, or none', async () => {
    let err = '';
    const io = {
      now: () => now,
      out: () => undefined,
      err: (text: string) => void (err += text),
      progress: () => undefined,
      hasColours: false,
    };
    expect(await run(['status', '--stage', 'prod'], io)).toBe(2);
    expect(err).toContain('Expected --stage and --region as deployed, or --local');
  });

  it('names the service as serverless.yml does', () => {
    expect(readFileSync('serverless.yml', 'utf8')).toMatch(new RegExp(`^service: ${serviceName}$`, 'm'));
  });
});
