import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../infra/policy-text.ts';
import { eventsOn, eventTypes, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { seedHealthy, seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';

function east(priority: number) {
  return { voiceConnectorId: 'vc-east', priority };
}
function west(priority: number) {
  return { voiceConnectorId: 'vc-west', priority };
}
const swapped = [
  { VoiceConnectorId: 'vc-east', Priority: 2 },
  { VoiceConnectorId: 'vc-west', Priority: 1 },
];

/** The requests that read, write and publish a move, in the order in which they were answered. */
function moveOperationsOf({ server }: TestAws): readonly string[] {
  return server.requests.flatMap(({ operation }) =>
    /^(Get|Update)VoiceConnectorGroup$|PutEvents/.test(operation) ? [operation] : [],
  );
}

describe('a run over a healthy group', () => {
  it('holds, reads only the lists, the overrides and the metrics of the primary, and publishes one event', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    const { result } = await takeTurn(aws);

    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'top-healthy', before: [east(1), west(2)] });
    expect(groupIn(result).after).toEqual(groupIn(result).before);
    expect(result.outcome).toBe('succeeded');
    expect(eventTypes(aws)).toEqual(['Priority Held']);
    expect(aws.server.requests.map(({ operation, region }) => `${operation} ${region}`).sort()).toEqual([
      'GetMetricData us-east-1',
      'GetParametersByPath us-east-1',
      'ListVoiceConnectorGroups us-east-1',
      'ListVoiceConnectorGroups us-west-2',
      'ListVoiceConnectors us-east-1',
      'ListVoiceConnectors us-west-2',
      'PutEvents us-east-1',
    ]);
  });
});

describe('a run over a group with a failing primary', () => {
  it('promotes the standby with one write that repeats every other attribute as it was read', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const { result } = await takeTurn(aws);

    expect(writes(aws)).toStrictEqual([
      {
        VoiceConnectorGroupId: 'main-line',
        Name: 'Main line',
        VoiceConnectorItems: swapped,
        CallDistributionType: 'PriorityWeightedDistribution',
      },
    ]);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(groupIn(result)).toMatchObject({
      mode: 'enforce',
      decision: 'failover',
      before: [east(1), west(2)],
      after: [west(1), east(2)],
      outcome: { kind: 'applied', reason: 'accepted by AWS, confirmed as vc-west 1, vc-east 2' },
    });
    expect(groupIn(result).code).toBeUndefined();
    expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
  });

  it('omits CallDistributionType for a group that has none', async () => {
    const aws = await startAws();
    seedUnhealthy(aws, { callDistributionType: undefined });
    await takeTurn(aws);
    expect(writes(aws)).toStrictEqual([
      { VoiceConnectorGroupId: 'main-line', Name: 'Main line', VoiceConnectorItems: swapped },
    ]);
  });

  it('rechecks, publishes the intent, rechecks, writes, reads back, and only then publishes the outcome', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    await takeTurn(aws);
    expect(moveOperationsOf(aws)).toEqual([
      'GetVoiceConnectorGroup',
      'PutEvents',
      'GetVoiceConnectorGroup',
      'UpdateVoiceConnectorGroup',
      'GetVoiceConnectorGroup',
      'PutEvents',
    ]);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
  });

  it('publishes in both events the previous primary, the new primary, and the order before and after', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const { result } = await takeTurn(aws);
    const move = {
      voiceConnectorGroupId: 'main-line',
      name: 'Main line',
      controlRegion: 'us-east-1',
      decision: 'failover',
      reason: groupIn(result).reason,
      leaving: 'vc-east',
      promoting: 'vc-west',
      rejected: [],
      before: [east(1), west(2)],
      after: [east(2), west(1)],
      evidence: {
        observedAt: '2026-11-20T09:00:30.000Z',
        connectors: groupIn(result).connectors,
        regions: result.regions,
      },
      policy: parsePolicy(enforced, 'the policy').groups.get('main-line'),
      ledger: {
        // 108 of 216 calls failed, and 5 % are assumed to be usual.
        sentence:
          'calls failed since 08:50 UTC, beyond the usual ones: about 97 (86 to 106), counted up to 08:59 UTC; 24 calls a minute at risk',
        impact: {
          firstBadMinuteAt: '2026-11-20T08:50:00.000Z',
          countedUntil: '2026-11-20T08:59:00.000Z',
          callsFailed: { least: 86, likely: 97, most: 106 },
          callsPerMinuteAtRisk: 24,
          lossShare: { least: 0.367, likely: 0.474, most: 0.58 },
        },
      },
    };
    expect(eventsOn(aws)).toEqual([
      { detailType: 'Priority Change Intended', data: move },
      { detailType: 'Priority Change Applied', data: { ...move, outcome: groupIn(result).outcome } },
    ]);
    expect(move.reason).toMatch(/^vc-east \(us-east-1\) unhealthy: .*calls failed.*promoting vc-west \(us-west-2\)/);
  });

  it('gives its events ids that identify duplicates from another monitor, and names the run, the policy and the code version', async () => {
    const metadataOf = async () => {
      const aws = await startAws();
      seedUnhealthy(aws);
      await takeTurn(aws);
      return aws.account.eventBridge.events.map(({ detail }) => (detail as { metadata: unknown }).metadata);
    };
    const metadata = await metadataOf();
    expect(metadata).toEqual(
      [0, 1].map(() => ({
        eventId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        schema: 1,
        time: '2026-11-20T09:00:30.000Z',
        runId: 'turn-1',
        policyHash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        codeVersion: '1.2.3+abc',
        monitorRegion: 'us-east-1',
      })),
    );
    expect(new Set(metadata.map((each) => (each as { eventId: string }).eventId)).size).toBe(2);
    expect(await metadataOf()).toEqual(metadata);
  });

  it('writes a log line with decision, reason, before, after and outcome', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const { result, lines } = await takeTurn(aws);
    const decisions = lines.filter(({ message }) => message === 'decision');
    expect(decisions).toEqual([{ level: 'info', message: 'decision', fields: groupIn(result) }]);
    expect(lines.map(({ message }) => message)).toEqual([
      'Priority Change Intended',
      'Priority Change Applied',
      'decision',
    ]);
  });

  it('holds in the next run', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    await takeTurn(aws);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'failback-hold', before: [west(1), east(2)] });
    expect(writes(aws)).toHaveLength(1);
  });

  it('holds for the cooldown after any change of the group, unless that would cost too many calls', async () => {
    const aws = await startAws();
    const aQuarter = (minutesAgo: number): number => (minutesAgo <= 10 ? 6 : 0);
    seedUnhealthy(aws, { updatedAt: aws.clock.now() - 9 * 60_000 }, aQuarter);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'cooldown',
      reason: expect.stringContaining('changed 9 min ago, cooldown 10 min') as string,
    });
    expect(writes(aws)).toEqual([]);
  });
});

describe('two monitors', () => {
  it('in two Regions in the same minute write the same order and publish it with the same event ids', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const runs = await Promise.all([takeTurn(aws), takeTurn(aws, { runId: 'turn-2', monitorRegion: 'us-west-2' })]);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(new Set(writes(aws).map((body) => JSON.stringify(body))).size).toBe(1);
    expect(runs.map(({ result }) => groupIn(result).decision)).toEqual(['failover', 'failover']);
    const ids = aws.account.eventBridge.events.map(({ detailType, detail }) => [
      detailType,
      (detail as { metadata: { eventId: string } }).metadata.eventId,
    ]);
    for (const kind of new Set(ids.map(([detailType]) => detailType))) {
      expect(new Set(ids.filter(([detailType]) => detailType === kind).map(([, id]) => id)).size).toBe(1);
    }
  });
});

describe('a run over a group whose preferred Voice Connector has recovered', () => {
  it('fails back after failbackHoldMinutes', async () => {
    const aws = await startAws();
    seedRecovered(aws);
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'failback', outcome: { kind: 'applied' } });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
  });

  it('holds until failbackHoldMinutes are over', async () => {
    const aws = await startAws();
    seedRecovered(aws, { updatedAt: aws.clock.now() - 29 * 60_000 });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'failback-hold' });
    expect(writes(aws)).toEqual([]);
  });
});

describe('a run in observe mode', () => {
  it('plans the move, publishes it, and withholds the write', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const { result } = await takeTurn(aws, { policy: 'version: 1' });
    expect(groupIn(result)).toMatchObject({
      mode: 'observe',
      decision: 'failover',
      before: [east(1), west(2)],
      after: [west(1), east(2)],
      outcome: {
        kind: 'withheld',
        code: 'observe-mode',
        reason: 'mode observe: would have set vc-west 1, vc-east 2',
      },
    });
    expect(result.outcome).toBe('succeeded');
    expect(eventTypes(aws)).toEqual(['Priority Change Withheld']);
    expect(writes(aws)).toEqual([]);
  });
});
