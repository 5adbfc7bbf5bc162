/** An operator's commands, for the tests of `operate`. */
import { expect } from 'vitest';
import type { OperateResult } from '../../lib/operate/result.ts';
import { askedFor, eventsOn, hour, now, writes, type TestAws } from './account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { deploy, type Answer, type Deployment } from './functions.ts';
import { seedHealthy } from './account-fixtures.ts';

export const operator = { by: 'anna', reason: 'works on the trunk' };
export const until = new Date(now + 2 * hour).toISOString();
export const both = { env: { MONITOR_REGIONS: 'us-east-1,us-west-2' } };

export async function deployed(
  seed: (aws: TestAws) => void = seedHealthy,
  options: Parameters<typeof deploy>[0] = {},
): Promise<Deployment> {
  const aws = await deploy(options);
  seed(aws);
  return aws;
}

export async function run(aws: Deployment, command: object): Promise<OperateResult> {
  const { functionError, payload, error } = await aws.invoke('operate', {
    group: 'main-line',
    ...operator,
    ...command,
  });
  expect(functionError, error.errorMessage).toBeUndefined();
  return payload as OperateResult;
}

export async function refusal(aws: Deployment, command: object): Promise<Answer['error']> {
  const answer = await aws.invoke('operate', { group: 'main-line', ...operator, ...command });
  expect(answer.functionError).toBe('Unhandled');
  return answer.error;
}

export function storedOverrideIds({ account }: Pick<TestAws, 'account'>, region = 'us-east-1') {
  return Object.fromEntries(
    account.parameters
      .byPath(region, { path: overridesPath, recursive: true })
      .items.map(({ name, value }) => [name.slice(overridesPath.length + 1), JSON.parse(value) as unknown]),
  );
}

export function actionsOn(aws: Deployment) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Operator Action' ? [data] : []));
}

export function expectNoChange(aws: Deployment): void {
  expect(writes(aws)).toEqual([]);
  expect(askedFor(aws, 'PutParameter')).toEqual([]);
  expect(askedFor(aws, 'DeleteParameter')).toEqual([]);
}
