import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import { anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

describe('judging a group', () => {
  it('happens once for all stages of a run, and once more for a group that was read again', () => {
    const observation = anObservation();
    const [group] = observation.groups;
    const { verdictsOf } = judge(observation, () => aPolicy());
    const verdicts = verdictsOf(group!);
    expect(verdictsOf(group!)).toBe(verdicts);
    const readAgain = verdictsOf({ ...group! });
    expect(readAgain).not.toBe(verdicts);
    expect(readAgain).toEqual(verdicts);
  });
});
