import { expect, it } from 'vitest';
import { deploy } from '../wire-support/functions.ts';
import { seedHealthy } from '../wire-support/scenes.ts';
it('tries', async () => {
  const aws = await deploy();
  seedHealthy(aws);
  const answer = await aws.invoke('preflight', {});
  console.log(JSON.stringify(answer.payload, null, 1));
  expect(answer.functionError).toBeUndefined();
});
