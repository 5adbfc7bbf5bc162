/** The command that orders a drill, and what a drill leaves behind. */
import { eventsOn } from './account.ts';
import { deploy, type Deployment } from './functions.ts';
import { seedHealthy } from './account-fixtures.ts';

export const drillCommand = { action: 'drill', group: 'main-line', by: 'anna', reason: 'monthly drill' };

export async function deployHealthy(options: Parameters<typeof deploy>[0] = {}): Promise<Deployment> {
  const aws = await deploy(options);
  seedHealthy(aws);
  return aws;
}

export function dataOf(aws: Deployment, detailType: string) {
  return eventsOn(aws).flatMap((event) => (event.detailType === detailType ? [event.data] : []));
}

export const drillOrder = 'vc-west 1, vc-east 2';
export const orderBefore = 'vc-east 1, vc-west 2';
