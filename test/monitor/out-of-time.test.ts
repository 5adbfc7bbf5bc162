import { expect, it } from 'vitest';
import { startAws, writes } from '../wire-support/account.ts';
import { failing, publishCalls, seedConnector } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

it('names the groups that a run did not reach before its time was up, and fails', async () => {
  const aws = await startAws();
  const work = new AbortController();
  for (const id of ['sales', 'support']) {
    for (const [side, region] of [
      ['east', 'us-east-1'],
      ['west', 'us-west-2'],
    ] as const) {
      seedConnector(aws, `${id}-${side}`, region);
      publishCalls(aws, { voiceConnectorId: `${id}-${side}`, region, ...(side === 'east' && { failuresAt: failing }) });
    }
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: id,
      items: [
        { voiceConnectorId: `${id}-east`, priority: 1 },
        { voiceConnectorId: `${id}-west`, priority: 2 },
      ],
      createdAt: 0,
    });
  }
  const never = new AbortController().signal;
  const { result } = await takeTurn(aws, {
    signals: { work: work.signal, publish: never, outbox: never },
    adapted: (ports) => ({
      ...ports,
      // After the readings, just before the groups are decided.
      serverTimes: () => {
        work.abort();
        return [];
      },
    }),
  });

  expect(result.outcome).toBe('failed');
  expect(result.problems).toEqual(
    expect.arrayContaining(
      ['sales', 'support'].map((id) => ({
        doing: `handling group ${id}`,
        message: 'not reached: the run ran out of time',
      })),
    ),
  );
  expect(writes(aws)).toEqual([]);
});
