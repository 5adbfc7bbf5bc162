import { describe, expect, it } from 'vitest';
import { runDemo } from '../../sim/demo/run.ts';

async function linesOf(policyFile: string) {
  const lines: string[] = [];
  const isAsExpected = await runDemo({ seed: 1, policyFile }, (line) => lines.push(line));
  return { isAsExpected, lines };
}

/** The time of each row, and the number of minutes that it stands for. */
function minutesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => {
    const row = /^\d\d:\d\d(–\d\d:\d\d)? +\d+ +\d+ {2}(unchanged, (?<minutes>\d+) min)?/.exec(line);
    return row === null ? sum : sum + Number(row.groups?.['minutes'] ?? 1);
  }, 0);
}

describe('The demo', { timeout: 120_000 }, () => {
  it('moves the group out of the unhealthy Region and back, and ends with the moves, the notification and the calls', async () => {
    const { isAsExpected, lines } = await linesOf('sim/policy.yml');
    expect(isAsExpected).toBe(true);
    expect(minutesOf(lines)).toBe(80);
    const ending = lines.slice(lines.indexOf('09:08  us-east-1 becomes unhealthy'));
    expect(ending.filter((line) => /^\d\d:\d\d {2}/.test(line))).toEqual([
      '09:08  us-east-1 becomes unhealthy',
      '09:12  failover from vc-east to vc-west, 4.1 min after us-east-1 became unhealthy',
      '09:38  us-east-1 recovers',
      '10:01  failback from vc-west to vc-east, 23.1 min after us-east-1 recovered',
    ]);
    expect(ending).toContain('The on-call person is notified at 09:12:');
    expect(ending.filter((line) => line.startsWith('  > ')).join('\n')).toMatch(
      /failover of Main line.*vc-west.*vc-east/,
    );
    expect(ending.filter((line) => line.startsWith('  > ')).join('\n')).not.toMatch(/undefined|<\w+>/);
    expect(ending).toContain('The monitor saved 204 calls in this run.');
    expect(ending).toContain('  failed by the fault               225             21');
    expect(ending).toContain('  calls                            1994           1994');
  });

  it('reports the unmet expectations under a policy in mode observe', async () => {
    const { isAsExpected, lines } = await linesOf('policy.yml');
    expect(isAsExpected).toBe(false);
    expect(lines).toContain('The monitor saved 0 calls in this run.');
    expect(lines.filter((line) => line.startsWith('NOT MET: expected failover'))).toHaveLength(1);
  });
});
