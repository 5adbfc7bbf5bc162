/**
 * The main job on a laptop: two Regions, calls flowing, us-east-1 turns sick and heals, and the monitor does its work over
 * the wire. Exits with 1 if the group was not moved out of the sick Region, or not moved back.
 */
import { parseArgs } from 'node:util';
import { runDemo } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    policy: { type: 'string', default: `${import.meta.dirname}/../policy.yml` },
  },
});
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed)) {
  console.error(`--seed: Expected a whole number, got ${values.seed}`);
  process.exit(2);
}
process.exitCode = (await runDemo({ seed, policyFile: values.policy }, console.log)) ? 0 : 1;
