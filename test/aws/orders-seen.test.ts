import { describe, expect, it } from 'vitest';
import { ChangeRecorder } from '../../lib/aws/change-recorder.ts';
import { Changes } from '../../lib/aws/changes.ts';
import { lastOrders } from '../../lib/aws/last-orders.ts';
import { aGroup, items } from '../builders/group.ts';
import { askedFor, hour, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;
const thisMinute = Math.floor(now / minute) * minute;
const both = ['us-east-1', 'eu-west-1'];

const mainLine = aGroup({ items: items({ 'vc-east': 1, 'vc-west': 2 }) });
const switched = { ...mainLine, items: items({ 'vc-east': 2, 'vc-west': 1 }) };

function recorderOf(aws: TestAws, regions: readonly string[] = ['us-east-1']): ChangeRecorder {
  return new ChangeRecorder({ clientOf: clientsOf(aws).cloudWatch, regions });
}

describe('the orders that runs have seen', () => {
  it('are remembered by the minute, oldest first, from each Region that recorded them', async () => {
    const aws = await startAws();
    await recorderOf(aws, ['us-east-1']).recordOrders([switched], now - 3 * minute, never);
    await recorderOf(aws, both).recordOrders([mainLine], now - hour, never);
    const changes = new Changes({ clientOf: clientsOf(aws).cloudWatch, regions: both });
    const { record } = await changes.read(mainLine, now - 24 * hour, aws.clock.now(), never);
    expect(record).toMatchObject({
      ordersSeen: [
        { at: thisMinute - hour, items: mainLine.items },
        { at: thisMinute - 3 * minute, items: switched.items },
      ],
    });
  });

  it('take one request for a thousand members', async () => {
    const aws = await startAws();
    const groups = Array.from({ length: 501 }, (_, place) => ({ ...mainLine, voiceConnectorGroupId: `line-${place}` }));
    await recorderOf(aws).recordOrders(groups, now, never);
    expect(askedFor(aws, 'PutMetricData')).toHaveLength(2);
  });

  it('are reported as not recorded in a Region that does not answer', async () => {
    const aws = await startAws();
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'region-down' } });
    expect(await recorderOf(aws).recordOrders([mainLine], now, never)).toMatchObject([
      { region: 'us-east-1', problem: { doing: 'recording the order of 1 groups in us-east-1' } },
    ]);
  });
});

describe('the order of every group as runs have seen it last', () => {
  const read = (aws: TestAws) =>
    lastOrders(clientsOf(aws, { role: 'operate' }).cloudWatch, both)(now - 24 * hour, aws.clock.now(), never);
  const { voiceConnectorGroupId } = mainLine;

  it('is the newest that any Region has, of each group', async () => {
    const aws = await startAws();
    const other = { ...switched, voiceConnectorGroupId: 'other' };
    await recorderOf(aws, both).recordOrders([mainLine, other], now - hour, never);
    await recorderOf(aws, ['eu-west-1']).recordOrders([switched], now - 3 * minute, never);
    expect(await read(aws)).toEqual({
      kind: 'read',
      orders: [
        { voiceConnectorGroupId, at: thisMinute - 3 * minute, items: switched.items },
        { voiceConnectorGroupId: 'other', at: thisMinute - hour, items: other.items },
      ],
    });
  });

  it('has no member that the newest record lacks', async () => {
    const aws = await startAws();
    await recorderOf(aws, both).recordOrders([mainLine], now - hour, never);
    const alone = { ...mainLine, items: items({ 'vc-west': 1 }) };
    await recorderOf(aws, both).recordOrders([alone], now - minute, never);
    expect(await read(aws)).toMatchObject({ orders: [{ items: alone.items }] });
  });

  it('is unreadable only if no Region answers', async () => {
    const aws = await startAws();
    await recorderOf(aws, both).recordOrders([mainLine], now - hour, never);
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'region-down' } });
    expect(await read(aws)).toMatchObject({ kind: 'read', orders: [{ voiceConnectorGroupId }] });
    aws.misbehave({ service: 'monitoring', region: 'eu-west-1', effect: { kind: 'region-down' } });
    expect(await read(aws)).toMatchObject({ kind: 'unreadable' });
  });
});
