import { describe, expect, it } from 'vitest';
import { findGroup } from '../../lib/input/find-group.ts';
import { aGroup } from '../builders/group.ts';

const sales = aGroup({ voiceConnectorGroupId: 'g-1', name: 'Sales' });
const twin = aGroup({ voiceConnectorGroupId: 'g-2', name: 'Sales' });
const support = aGroup({ voiceConnectorGroupId: 'g-3', name: 'Support' });
const all = [sales, twin, support];

function problemsIn(found: ReturnType<typeof findGroup>): readonly string[] {
  return found.kind === 'unknown' ? found.problems : [];
}

describe('findGroup', () => {
  it('finds a group by its id, and by its name if the name is unique', () => {
    expect(findGroup('g-2', all, [])).toEqual({ kind: 'found', group: twin });
    expect(findGroup('Support', all, [])).toEqual({ kind: 'found', group: support });
  });

  it('prefers an id to an equal name', () => {
    const confusing = aGroup({ voiceConnectorGroupId: 'g-4', name: 'g-1' });
    expect(findGroup('g-1', [confusing, ...all], [])).toEqual({ kind: 'found', group: sales });
  });

  it('lists the ids of the groups that share a name', () => {
    expect(findGroup('Sales', all, [])).toEqual({
      kind: 'unknown',
      problems: ['Expected one of g-1 (Sales), g-2 (Sales), got "Sales"'],
    });
  });

  it('lists all groups and the failed listings where none matches', () => {
    const problems = [{ doing: 'listing groups in us-west-2', message: 'no answer' }];
    expect(findGroup('Paris', all, problems)).toEqual({
      kind: 'unknown',
      problems: [
        'Expected one of g-1 (Sales), g-2 (Sales), g-3 (Support), got "Paris"',
        'listing groups in us-west-2 failed, so that this list may be incomplete: no answer',
      ],
    });
    expect(findGroup('Paris', [], [])).toMatchObject({
      problems: ['Expected a listed group, but none is listed, got "Paris"'],
    });
  });

  it('lists at most 20 groups, and quotes at most 120 characters of the name', () => {
    const many = Array.from({ length: 30 }, (_, place) => aGroup({ voiceConnectorGroupId: `g-${place}`, name: 'N' }));
    const [problem = ''] = problemsIn(findGroup('x'.repeat(500), many, []));
    expect(problem).toContain('g-19 (N), got ');
    expect(problem).not.toContain('g-20');
    expect(problem).toMatch(/ got "x{116}\.\.\.$/);
  });
});
