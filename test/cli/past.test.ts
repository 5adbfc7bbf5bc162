/** `vcf history` and `vcf why` over the wire to logs, good and bad. */
import { describe, expect, it } from 'vitest';
import { askedFor, minute, now } from '../wire-support/account.ts';
import { seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deploy, type Deployment } from '../wire-support/functions.ts';
import { vcf, vcfAt } from './vcf.ts';

const group = { voiceConnectorGroupId: 'main-line', name: 'Main line' };

/** Puts an event into the log of the monitor, so many minutes ago. */
function logEvent(
  aws: Deployment,
  minutesAgo: number,
  message: string,
  data: object,
  eventId = `${message} ${minutesAgo}`,
  functionName = 'monitor',
): void {
  const time = new Date(now - minutesAgo * minute).toISOString();
  const line = { message, data: { metadata: { eventId, time, runId: `run ${minutesAgo}` }, data } };
  const logGroupName = `/aws/lambda/voice-connector-failover-dev-${functionName}`;
  aws.account.logs.write('us-east-1', { logGroupName, message: JSON.stringify(line) });
}

const blocked = {
  ...group,
  decision: 'failover',
  reason: 'vc-east unhealthy',
  leaving: 'vc-east',
  promoting: 'vc-west',
  outcome: { kind: 'blocked', code: 'no-control-region', reason: 'no control Region answers' },
};

async function linesOf(aws: Deployment, ...args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, out, err } = await vcf(aws, 'history', ...args);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out.trimEnd().split('\n');
}

describe('vcf history', () => {
  it('has what an operator ordered, who it was, and what was refused', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    logEvent(aws, 5, 'Priority Held', { ...group, code: 'top-healthy', reason: 'healthy' });
    const order = { group: 'main-line', by: 'anna', reason: 'carrier work' };
    await aws.invoke('operate', { action: 'pause', ...order, until: '2h' });
    await aws.invoke('operate', { action: 'switchover', ...order, to: 'vc-west' });
    const [, , ...lines] = await linesOf(aws, 'main-line');
    expect(lines).toEqual([
      expect.stringMatching(
        /^09:00:30 {2}main-line {2}override {10}pause by anna done: main-line .* is paused until .*: carrier work/,
      ),
      expect.stringMatching(/^09:00:30 {2}main-line {2}command {11}switchover by anna refused: .*not moved.*paused/),
    ]);
  });

  it('tells a line that recovered from one whose fault is not seen any more, because it has no calls', async () => {
    const aws = await deploy();
    const unhealthy = { health: 'unhealthy', reason: '60 of 100 calls failed' };
    const change = (voiceConnectorId: string, after: object) => ({
      ...group,
      voiceConnectorId,
      before: unhealthy,
      after,
    });
    const healthy = { health: 'healthy', reason: '0 of 100 calls failed' };
    logEvent(aws, 9, 'Connector Health Changed', change('vc-east', healthy));
    logEvent(
      aws,
      8,
      'Connector Health Changed',
      change('vc-west', { health: 'unknown', cause: 'idle', reason: 'no calls' }),
    );
    const [, , ...lines] = await linesOf(aws);
    expect(lines).toEqual([
      '08:51:30  Main line  recovered         vc-east healthy: 0 of 100 calls failed',
      '08:52:30  Main line  fault not seen    vc-west unknown (idle): no calls',
    ]);
  });

  it('shows what repeats every minute once, with its count', async () => {
    const aws = await deploy();
    for (let ago = 10; ago > 5; ago -= 1) logEvent(aws, ago, 'Priority Change Blocked', blocked);
    expect(await linesOf(aws)).toEqual([
      'every group, from 2026-11-19T21:00:30Z to 2026-11-20T09:00:30Z: one entry',
      '2026-11-20 (UTC)',
      '08:50:30  Main line  not moved         5 times until 08:54, first: blocked (no-control-region): no control Region answers; failover from vc-east to vc-west; vc-east unhealthy',
    ]);
  });

  it('shows an event once that two runs logged, and skips an event of a kind that it does not know', async () => {
    const aws = await deploy();
    logEvent(aws, 3, 'Priority Change Blocked', blocked, 'one fact');
    logEvent(aws, 3, 'Priority Change Blocked', blocked, 'one fact');
    logEvent(aws, 2, 'Something New', { ...group });
    expect(await linesOf(aws)).toHaveLength(3);
  });

  it('shows a write whose outcome is not logged', async () => {
    const aws = await deploy();
    logEvent(aws, 3, 'Priority Change Intended', blocked);
    expect((await linesOf(aws)).at(-1)).toMatch(
      /intended {10}failover from vc-east to vc-west; .*its outcome is not logged$/,
    );
  });

  it('finds a group by its name, and leaves the events of other groups out', async () => {
    const aws = await deploy();
    logEvent(aws, 3, 'Priority Change Blocked', blocked);
    logEvent(aws, 2, 'Priority Change Blocked', { ...blocked, voiceConnectorGroupId: 'support', name: 'Support' });
    const lines = await linesOf(aws, '--group', 'Main line', '--since', '2026-11-20T08:00:00Z');
    expect(lines.slice(2)).toEqual([expect.stringContaining('Main line')]);
  });

  it('reads every page, and shows how far it has come', async () => {
    const aws = await deploy();
    const reason = 'x'.repeat(300_000);
    for (let ago = 9; ago > 0; ago -= 1) {
      logEvent(aws, ago, 'Drill Refused', { ...group, by: `${ago}`, refusals: [{ code: 'a', reason }] });
    }
    const { out, progress } = await vcfAt(now, aws.server, 'history');
    expect(out.match(/refused, ordered by/g)).toHaveLength(9);
    expect(progress.filter((text) => text.startsWith('reading the log of monitor: '))).toHaveLength(3);
    expect(progress.at(-1)).toBe('');
  });

  it('says that nothing happened, or that the log has no event at all', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    logEvent(aws, 3, 'Priority Held', { ...group, code: 'top-healthy', reason: 'healthy' });
    expect(await linesOf(aws)).toEqual([expect.stringMatching(/: nothing happened$/)]);
    const silent = await deploy();
    await silent.invoke('preflight', {});
    silent.account.logs.createGroup('us-east-1', '/aws/lambda/voice-connector-failover-dev-monitor');
    expect(await linesOf(silent)).toEqual([expect.stringMatching(/: the log has no event\. .*did not run/)]);
  });

  it('ends with 1 for a group that no event names', async () => {
    const aws = await deploy();
    logEvent(aws, 3, 'Priority Change Blocked', blocked);
    expect(await vcf(aws, 'history', 'main-lin')).toEqual({
      exitCode: 1,
      out: '',
      err: 'no event from 2026-11-19T21:00:30Z to 2026-11-20T09:00:30Z is about a group with the id or name main-lin\n',
    });
  });

  it('ends with 2 where the log cannot be read', async () => {
    const aws = await deploy();
    expect(await vcf(aws, 'history')).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(
        /^\/aws\/lambda\/voice-connector-failover-dev-monitor could not be read: ResourceNotFoundException: The specified log group does not exist/,
      ) as string,
    });
    // One for each function: the clock of the local AWS, which is not that of this computer, makes no error transient.
    expect(askedFor(aws, 'FilterLogEvents')).toHaveLength(2);
    expect(await vcf(undefined, 'history')).toMatchObject({ exitCode: 2, out: '' });
  });
});

describe('vcf why', () => {
  it('shows the decision of every group of a minute, and of the one that is asked for', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    await aws.invoke('monitor', {});
    const { exitCode, out } = await vcf(aws, 'why', '--at', '09:00');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Main line \(main-line\) {2}mode enforce, logged 2026-11-20T09:00:30.000Z by run/);
    expect((await vcf(aws, 'why', 'Main line', '--at', '0m')).out).toBe(out);
    const { out: json } = await vcf(aws, 'why', '--at', '09:00', '--json');
    expect(JSON.parse(json)).toMatchObject([{ voiceConnectorGroupId: 'main-line', decision: 'failover' }]);
  });

  it('ends with 1 for a group that nobody knows', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    await aws.invoke('monitor', {});
    const { exitCode, err } = await vcf(aws, 'why', 'main-lin', '--at', '09:00');
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('main-lin') as string });
  });

  it('ends with 2 where the log cannot be read', async () => {
    const aws = await deploy();
    expect(await vcf(aws, 'why', '--at', '09:00')).toMatchObject({ exitCode: 2, out: '' });
  });
});

describe('a question about the past', () => {
  it.each<[string, readonly string[], string]>([
    ['a beginning that is none', ['history', '--since', '2x'], 'Expected a duration such as 90m, 2h30m or 1d'],
    ['a beginning in the future', ['history', '--since', '2099-01-01T00:00:00Z'], 'Expected a time that is past'],
    [
      'two groups',
      ['history', 'main-line', '--group', 'support'],
      'Expected one group, got main-line and --group support',
    ],
    ['no minute', ['why', 'main-line'], "required option '--at <time>' not specified"],
    ['a minute that is none', ['why', '--at', '25:00'], 'Expected a time of day in UTC such as 03:12'],
  ])('ends with 2 for %s', async (_, args, expected) => {
    const { exitCode, out, err } = await vcf(undefined, ...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(expected);
  });
});
