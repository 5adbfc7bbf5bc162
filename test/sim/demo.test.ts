import { describe, expect, it } from 'vitest';
import { runDemo } from '../../sim/demo/run.ts';

async function play(policyFile: string) {
  const lines: string[] = [];
  const wentWell = await runDemo({ seed: 1, policyFile }, (line) => lines.push(line));
  return { wentWell, lines };
}

describe('The demo', { timeout: 120_000 }, () => {
  it('shows the group leave the sick Region and come back, and counts the calls that saved', async () => {
    const { wentWell, lines } = await play('sim/policy.yml');
    expect(wentWell).toBe(true);
    expect(lines.filter((line) => /^\d\d:\d\d {2}.*(sick|failover from|failback from)/.test(line))).toEqual([
      '09:08  us-east-1 turns sick',
      '09:13  failover from vc-east to vc-west, 5.1 min later',
      '09:57  failback from vc-west to vc-east, 49.1 min later',
    ]);
    expect(lines.filter((line) => /^\d\d:\d\d +\d+ +\d+ /.test(line))).toHaveLength(80);
    expect(lines).toContain('The monitor saved 194 calls in this run.');
  });

  it('does not end well where the policy only watches', async () => {
    const { wentWell, lines } = await play('policy.yml');
    expect(wentWell).toBe(false);
    expect(lines).toContain('The monitor saved 0 calls in this run.');
  });
});
