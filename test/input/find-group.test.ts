import { describe, expect, it } from 'vitest';
import { findGroup } from '../../lib/input/find-group.ts';
import { aGroup } from '../builders/group.ts';

const sales = aGroup({ voiceConnectorGroupId: 'g-1', name: 'Sales' });
const twin = aGroup({ voiceConnectorGroupId: 'g-2', name: 'Sales' });
const support = aGroup({ voiceConnectorGroupId: 'g-3', name: 'Support' });
const all = [sales, twin, support];

describe('a group', () => {
  it('is found by its id, and by its name where no other has it', () => {
    expect(findGroup('g-2', all, [])).toEqual({ kind: 'found', group: twin });
    expect(findGroup('Support', all, [])).toEqual({ kind: 'found', group: support });
  });

  it('whose id is the name of another is the one with the id', () => {
    const confusing = aGroup({ voiceConnectorGroupId: 'g-4', name: 'g-1' });
    expect(findGroup('g-1', [confusing, ...all], [])).toEqual({ kind: 'found', group: sales });
  });

  it('is not guessed where several have the name: their ids are told', () => {
    expect(findGroup('Sales', all, [])).toEqual({
      kind: 'unknown',
      problems: ['Expected one of g-1 (Sales), g-2 (Sales), got "Sales"'],
    });
  });

  it('that there is not is told with all there are, and with what kept the list short', () => {
    const problems = [{ doing: 'listing groups in us-west-2', message: 'no answer' }];
    expect(findGroup('Paris', all, problems)).toEqual({
      kind: 'unknown',
      problems: [
        'Expected one of g-1 (Sales), g-2 (Sales), g-3 (Support), got "Paris"',
        'listing groups in us-west-2 failed, so this list may be short: no answer',
      ],
    });
    expect(findGroup('Paris', [], [])).toMatchObject({ problems: ['Expected one of no group at all, got "Paris"'] });
  });
});
