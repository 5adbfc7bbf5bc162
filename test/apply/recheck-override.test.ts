/** An operator puts an override while a run is under way: the write that the run had decided is not made. */
import { describe, expect, it } from 'vitest';
import { eventTypes, hour, minute, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { drillOf, putOverride, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deployed, refusal } from '../wire-support/operator.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const unanswered = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;

function override(aws: TestAws, action: string) {
  const until = new Date(aws.clock.now() + hour).toISOString();
  return { action, by: 'anna', reason: 'carrier works', until };
}

/** Puts the override when the run sends this request, which is after it read the overrides. */
async function putDuring(operation: string, action: string): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  aws.onFirst(operation, () => {
    putOverride(aws, 'main-line', override(aws, action));
  });
  return aws;
}

describe('an override that was put after the run began', () => {
  it.each([
    { action: 'pause', operation: 'GetVoiceConnectorTerminationHealth', intended: false },
    { action: 'pin', operation: 'GetVoiceConnectorTerminationHealth', intended: false },
    { action: 'pause', operation: 'PutEvents', intended: true },
    { action: 'pin', operation: 'PutMetricData', intended: true },
  ])('is respected: a $action during $operation stops the write', async ({ action, operation, intended }) => {
    const aws = await putDuring(operation, action);
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toEqual({
      kind: 'withheld',
      code: 'override-changed',
      reason: `the override changed after the move was decided: there is now a ${action} by anna: carrier works`,
    });
    expect([orderOf(aws), writes(aws)]).toEqual(['vc-east 1, vc-west 2', []]);
    expect(eventTypes(aws)).toEqual([...(intended ? ['Priority Change Intended'] : []), 'Priority Change Withheld']);
  });

  it('for every group stops the write, too', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.onFirst('PutEvents', () => {
      putOverride(aws, 'all', override(aws, 'pause'));
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'withheld', code: 'override-changed' });
    expect(writes(aws)).toEqual([]);
  });

  it('stops an operator’s switchover, which says who put it', async () => {
    const aws = await deployed();
    aws.onFirst('GetVoiceConnectorTerminationHealth', () => {
      putOverride(aws, 'main-line', { ...override(aws, 'pause'), by: 'ben' });
    });
    const { errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-west' });
    expect(errorMessage).toContain('there is now a pause by ben');
    expect(writes(aws)).toEqual([]);
  });
});

it('a rescue does not wait for a Parameter Store that no longer answers', async () => {
  const aws = await startAws();
  seedUnhealthy(aws);
  aws.onFirst('GetVoiceConnectorTerminationHealth', () => {
    aws.misbehave({ operation: 'GetParametersByPath', effect: unanswered });
  });
  const { result } = await takeTurn(aws);
  expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
});

it('a drill whose override is removed while it begins does not move the group', async () => {
  const aws = await startAws();
  seedHealthy(aws);
  putOverride(aws, 'main-line', drillOf(aws, 5));
  aws.onFirst('PutEvents', () => {
    aws.account.parameters.delete('us-east-1', '/voice-connector-failover/dev/overrides/main-line');
  });
  const { result } = await takeTurn(aws);
  expect(groupIn(result)).toMatchObject({ decision: 'drill', outcome: { code: 'override-changed' } });
  aws.clock.jumpTo(aws.clock.now() + minute);
  expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold' });
  expect([orderOf(aws), writes(aws)]).toEqual(['vc-east 1, vc-west 2', []]);
});
