import { expect, it } from 'vitest';
import { askedFor, eventsOn, startAws, writes } from '../wire-support/account.ts';
import { publishCalls, seedConnector } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

function queriesOf(input: unknown) {
  return (input as { MetricDataQueries: { MetricStat: { Metric: { Dimensions: { Value: string }[] } } }[] })
    .MetricDataQueries;
}

it('decides on each of a thousand groups, over ten pages, in batches that CloudWatch accepts', async () => {
  const aws = await startAws();
  const ids = Array.from({ length: 1000 }, (_, index) => `group-${String(index).padStart(3, '0')}`);
  for (const id of ids) {
    seedConnector(aws, `${id}-east`, 'us-east-1');
    seedConnector(aws, `${id}-west`, 'us-west-2');
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: id,
      items: [
        { voiceConnectorId: `${id}-east`, priority: 1 },
        { voiceConnectorId: `${id}-west`, priority: 2 },
      ],
      createdAt: 0,
    });
  }
  publishCalls(aws, { voiceConnectorId: 'group-999-east', region: 'us-east-1' });
  const { result, lines } = await takeTurn(aws);

  expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
  expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(ids);
  expect(result.groups.at(-1)).toMatchObject({ code: 'top-healthy' });
  expect(new Set(eventsOn(aws).map(({ data }) => data['voiceConnectorGroupId']))).toEqual(new Set(ids));
  expect(lines.filter(({ message }) => message === 'decision')).toHaveLength(1000);
  expect(writes(aws)).toEqual([]);
  // Lambda limits a response to 6 MB.
  expect(JSON.stringify(result).length).toBeLessThan(6 * 1024 * 1024);

  const pages = (operation: string) => askedFor(aws, operation).map(({ region }) => region);
  expect(pages('ListVoiceConnectorGroups').sort()).toEqual([...Array<string>(10).fill('us-east-1'), 'us-west-2']);
  expect(pages('ListVoiceConnectors').sort()).toEqual([
    ...Array<string>(10).fill('us-east-1'),
    ...Array<string>(10).fill('us-west-2'),
  ]);
  expect(askedFor(aws, 'PutEvents')).toHaveLength(100);

  const batches = askedFor(aws, 'GetMetricData').map(({ region, input }) => ({ region, queries: queriesOf(input) }));
  expect(Math.max(...batches.map(({ queries }) => queries.length))).toBe(500);
  // Of a primary four metrics; of a standby two, where its primary is idle: that of group-999 has calls.
  for (const { region, side, groups, metrics } of [
    { region: 'us-east-1', side: 'east', groups: ids, metrics: 4 },
    { region: 'us-west-2', side: 'west', groups: ids.slice(0, -1), metrics: 2 },
  ]) {
    const regional = batches.filter((batch) => batch.region === region);
    const asked = regional.flatMap(({ queries }) =>
      queries.map(({ MetricStat: { Metric } }) => Metric.Dimensions[0]?.Value),
    );
    expect(regional).toHaveLength(2 * metrics);
    expect(new Set(asked)).toEqual(new Set(groups.map((id) => `${id}-${side}`)));
    expect(asked).toHaveLength(groups.length * metrics);
  }
});
