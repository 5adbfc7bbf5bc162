/** Runs of the monitor, and commands, before, in and after a maintenance window of the policy. */
import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, minute, now, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { keepAlive, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { enforced, giveCommand, groupIn, takeTurn, type TurnOptions } from '../wire-support/turns.ts';

/** The local AWS starts on a Friday at 09:00:30 UTC. */
function maintained(from: string, until: string): TurnOptions {
  return {
    policy: `${enforced}    maintenance: [{ day: fri, from: '${from}', until: '${until}', reason: carrier works }]\n`,
  };
}

async function withUnhealthyPrimary(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  return aws;
}

function holdsOn(aws: TestAws) {
  return eventsOn(aws)
    .filter(({ detailType }) => detailType === 'Hold Changed')
    .map(({ data }) => ({ code: data['code'], previously: data['previously'] }));
}

const text = 'maintenance window fri 08:30 to 09:01 UTC, 30 s left: carrier works';

describe('a fault in a maintenance window', () => {
  const until901 = maintained('08:30', '09:01');

  it('moves nothing while it is in progress, and the group as soon as it has ended', async () => {
    const aws = await withUnhealthyPrimary();
    const { result, metricLines } = await takeTurn(aws, until901);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'paused', reason: `paused by the ${text}` });
    expect(metricLines.some((line) => line.includes('"FailoversHeld":1'))).toBe(true);
    expect(writes(aws)).toEqual([]);

    aws.clock.jumpTo(now + minute);
    keepAlive(aws);
    const { result: after } = await takeTurn(aws, until901);
    expect(groupIn(after)).toMatchObject({ decision: 'failover', outcome: { kind: 'applied' } });
    expect(writes(aws)).toHaveLength(1);
  });

  it('moves nothing if the window begins between the decision and the write', async () => {
    const aws = await withUnhealthyPrimary();
    aws.onFirst('GetVoiceConnectorGroup', () => {
      aws.clock.jumpTo(now + minute / 2);
    });
    const { result } = await takeTurn(aws, maintained('09:01', '09:30'));
    expect(groupIn(result)).toMatchObject({
      decision: 'failover',
      outcome: {
        kind: 'withheld',
        code: 'override-changed',
        reason:
          'the override changed after the move was decided: the maintenance window fri 09:01 to 09:30 UTC has begun: carrier works',
      },
    });
    expect(writes(aws)).toEqual([]);
  });
});

describe('the hold of a maintenance window', () => {
  it('is published as it begins and as it ends, and not in between', async () => {
    const aws = await startAws();
    const window = maintained('09:07', '09:10');
    seedHealthy(aws);
    for (const minutes of [6, 7, 8, 9, 10, 11]) {
      aws.clock.jumpTo(now + minutes * minute);
      await takeTurn(aws, window);
    }
    expect(holdsOn(aws)).toMatchObject([
      { code: 'paused', previously: { decision: 'hold' } },
      { code: expect.stringMatching(/^top-/) as string, previously: { decision: 'hold', code: 'paused' } },
    ]);
    expect(eventTypes(aws)).not.toContain('Override Expired');
  });
});

describe('a command in a maintenance window', () => {
  const window = maintained('08:30', '09:01');
  const common = { group: 'main-line', by: 'anna', reason: 'calls fail' };

  async function resultOf(aws: TestAws, command: object) {
    const { result, problems } = await giveCommand(aws, command, window);
    return { ...result, problems };
  }

  it('status shows it where it shows overrides', async () => {
    const aws = await withUnhealthyPrimary();
    const { table } = await resultOf(aws, { action: 'status' });
    expect(table).toContain(`  now: hold (paused): paused by the ${text}`);
    expect(table).toContain(`  override: ${text}`);
  });

  it('moves the group only if it is forced, as under a pause', async () => {
    const aws = await withUnhealthyPrimary();
    const switchover = { ...common, action: 'switchover', to: 'vc-west' };
    expect(await resultOf(aws, switchover)).toMatchObject({
      outcome: 'refused',
      problems: [`paused: ${text}. To do it anyway: "force": ["paused"]`],
    });
    expect(writes(aws)).toEqual([]);
    expect(await resultOf(aws, { ...switchover, force: ['paused'] })).toMatchObject({ outcome: 'done' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('resume reports that the policy still holds the group', async () => {
    const aws = await withUnhealthyPrimary();
    const { outcome, summary } = await resultOf(aws, { ...common, action: 'resume' });
    expect(outcome).toBe('unchanged');
    expect(summary).toContain(`there is nothing to remove; the policy still holds it: ${text}`);
  });
});
