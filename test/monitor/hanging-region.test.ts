/** A Region that accepts connections and never answers must not delay the rescues of the others. */
import { expect, it } from 'vitest';
import { eventTypes, orderOf, writes } from '../wire-support/account.ts';
import { failing, publishCalls, seedConnector } from '../wire-support/account-fixtures.ts';
import { deploy } from '../wire-support/functions.ts';

const ids = Array.from({ length: 12 }, (_, index) => `group-${String(index).padStart(2, '0')}`);

it('moves every failing group before it waits for the Region that hangs', async () => {
  const aws = await deploy({
    timeoutSeconds: 16,
    env: { CONTROL_REGIONS: 'us-east-1,us-west-2,eu-central-1', MONITOR_REGIONS: 'us-east-1,eu-central-1' },
  });
  for (const id of ids) {
    for (const [priority, [side, region]] of [
      ['east', 'us-east-1'],
      ['west', 'us-west-2'],
      ['frankfurt', 'eu-central-1'],
    ].entries()) {
      seedConnector(aws, `${id}-${side}`, region!);
      if (priority < 2) {
        const failuresAt = priority === 0 ? failing : () => 0;
        publishCalls(aws, { voiceConnectorId: `${id}-${side}`, region: region!, failuresAt });
      }
    }
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: id,
      items: ['east', 'west', 'frankfurt'].map((side, place) => ({
        voiceConnectorId: `${id}-${side}`,
        priority: place + 1,
      })),
      createdAt: 0,
    });
  }
  aws.misbehave({ region: 'eu-central-1', effect: { kind: 'hang' } });
  await aws.invoke('monitor', {});

  expect(ids.map((id) => orderOf(aws, id))).toEqual(ids.map((id) => `${id}-west 1, ${id}-east 2, ${id}-frankfurt 3`));
  const operations = aws.asked.map(({ operation }) => operation);
  const lastWrite = operations.lastIndexOf('UpdateVoiceConnectorGroup');
  const [, secondListing] = aws.asked
    .map(({ operation, region }, place) => ({ operation, region, place }))
    .filter(({ operation, region }) => operation === 'ListVoiceConnectorGroups' && region === 'us-east-1');
  expect(writes(aws)).toHaveLength(ids.length);
  expect(lastWrite, 'the run then reads everything again, with patience').toBeLessThan(secondListing!.place);
  expect(eventTypes(aws).filter((type) => type === 'Priority Change Applied')).toHaveLength(ids.length);
});
