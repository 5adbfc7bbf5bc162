/** Answers of AWS to a write, for the tests of `write`. */
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { startAws, type TestAws } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';

export type Effect = MisbehaviourRule['effect'];

export function error(status: number, code: string): Effect {
  return { kind: 'error', status, code, message: 'injected error' };
}

export const swapped = [
  { voiceConnectorId: 'vc-east', priority: 2 },
  { voiceConnectorId: 'vc-west', priority: 1 },
];

export async function awsAnsweringWritesWith(effect?: Effect, times?: number): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  if (effect !== undefined)
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect, ...(times !== undefined && { times }) });
  return aws;
}
