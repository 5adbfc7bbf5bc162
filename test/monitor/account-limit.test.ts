import { expect, it } from 'vitest';
import { eventsOn, hour, minute, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls, seedConnector } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

function publish(aws: TestAws, index: number, isFailing: boolean): void {
  publishCalls(aws, {
    voiceConnectorId: `east-${index}`,
    region: 'us-east-1',
    attemptsPerMinute: isFailing ? 24 : 600,
    failuresAt: isFailing ? failing : () => 0,
  });
}

/** Twice as many groups, each with a primary of its own in us-east-1. The first `count` fail half of their calls; by default many more calls there succeed. */
function seedGroups(aws: TestAws, count: number, { areOthersHealthy = true } = {}): void {
  for (let index = 0; index < 2 * count; index += 1) {
    const [east, west] = [`east-${index}`, `west-${index}`];
    seedConnector(aws, east, 'us-east-1');
    seedConnector(aws, west, 'us-west-2');
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: `group-${index}`,
      items: [
        { voiceConnectorId: east, priority: 1 },
        { voiceConnectorId: west, priority: 2 },
      ],
      callDistributionType: 'PriorityWeightedDistribution',
      createdAt: aws.clock.now() - 24 * hour,
    });
    publish(aws, index, index < count || !areOthersHealthy);
  }
}

const policy = 'version: 1\ndefaults: { mode: enforce }\n';

/** A run so many minutes after the last, while the same calls fail. */
async function takeTurnAfter(aws: TestAws, minutes: number) {
  aws.clock.jumpTo(aws.clock.now() + minutes * minute);
  for (const index of [0, 1, 2, 3, 4]) {
    seedConnector(aws, `west-${index}`, 'us-west-2'); // It was pinged again.
    if (orderOf(aws, `group-${index}`).startsWith('east')) publish(aws, index, true);
  }
  return takeTurn(aws, { policy, runId: `after-${minutes}` });
}

it('fails over from three of five Voice Connectors that fail at once without a fault of their Region, and from the others ten minutes later', async () => {
  const aws = await startAws();
  seedGroups(aws, 5);
  const { result } = await takeTurn(aws, { policy });
  const codes = result.groups.slice(0, 5).map(({ decision, code }) => code ?? decision);
  expect(codes.sort()).toEqual(['account-limit', 'account-limit', 'failover', 'failover', 'failover']);
  expect(writes(aws)).toHaveLength(3);
  expect(eventsOn(aws).filter(({ data }) => data['code'] === 'account-limit')).toHaveLength(2);

  await takeTurnAfter(aws, 1);
  expect(writes(aws)).toHaveLength(3);
  await takeTurnAfter(aws, 10);
  expect(writes(aws)).toHaveLength(5);
});

it('fails over from all five where their Region is proven unhealthy', async () => {
  const aws = await startAws();
  seedGroups(aws, 5, { areOthersHealthy: false });
  await takeTurn(aws, { policy });
  expect(writes(aws)).toHaveLength(10);
});
