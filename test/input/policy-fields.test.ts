import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyFields } from '../../lib/input/policy-fields.ts';
import { withCodeTable } from '../../scripts/code-docs.ts';
import {
  deployerPolicyFile,
  withAlertTables,
  withDeployerTable,
  withStageTable,
} from '../../scripts/deployment-docs.ts';
import { withComments, withPolicyTables } from '../../scripts/policy-docs.ts';
import { aPolicy } from '../builders/policy.ts';
import { problemsOf, withDefaults, withTuning } from './policy-texts.ts';

describe('the list of settings', () => {
  it('documents every setting of a group, with its default', () => {
    const defaults = Object.fromEntries(policyFields.map((field) => [field.name, field.default]));
    expect(defaults).toStrictEqual({ ...aPolicy() });
  });

  it('begins with the settings that people set', () => {
    const main = policyFields.filter(({ group }) => group === 'main').map(({ name }) => name);
    expect(main).toEqual(['mode', 'preferredOrder', 'failback', 'drill', 'maintenance', 'falseMovesPerGroupYear']);
    expect(policyFields.slice(0, main.length).map(({ name }) => name)).toEqual(main);
  });

  it.each(policyFields)('explains $name in one sentence, and what another value does', ({ meaning, raising }) => {
    expect(meaning).toMatch(/^[A-Z][^.]*\.$/);
    expect(raising).toMatch(/\.$/);
  });

  const numeric = policyFields.flatMap(({ name, group, range, unit }) => {
    const [, least, most] = /^([\d.]+) to ([\d.]+)$/.exec(range) ?? [];
    return least === undefined || unit === undefined ? [] : [{ name, group, least: +least, most: Number(most) }];
  });

  it('gives every number a unit and a range', () => {
    const numbers = Object.entries(aPolicy()).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
    expect(numeric.map(({ name }) => name).toSorted()).toEqual(numbers.toSorted());
    expect(numeric).toHaveLength(18);
  });

  it.each(numeric)('states the range of $name that is enforced', ({ name, group, least, most }) => {
    const problemsWith = (value: number): readonly string[] =>
      problemsOf(group === 'main' ? withDefaults(`${name}: ${value}`) : withTuning(`${name}: ${value}`));
    const place = group === 'main' ? `defaults.${name}` : `defaults.tuning.${name}`;
    for (const value of [least - 1, least - 0.00001, most + 0.001, most + 1]) {
      expect(problemsWith(value)).toContainEqual(
        expect.stringMatching(
          new RegExp(`^${place}: Expected a (whole )?number from ${least} to ${most}, got ${value}$`),
        ),
      );
    }
    for (const value of [least, most]) {
      expect(problemsWith(value).filter((problem) => problem.includes(`from ${least} to ${most}`))).toEqual([]);
    }
  });
});

describe('npm run tables', () => {
  it.each([
    ['policy.yml', withComments],
    ['docs/policy.md', withPolicyTables],
    ['docs/codes.md', withCodeTable],
    ['docs/settings.md', withStageTable],
    ['docs/alerts.md', withAlertTables],
    ['docs/deploy.md', withDeployerTable],
    ['docs/deployer-policy.json', deployerPolicyFile],
  ])('has nothing to change in %s', async (name, documented) => {
    const text = readFileSync(name, 'utf8');
    expect(await documented(text)).toBe(text);
  });

  it('restores the comments of a policy and keeps its values', async () => {
    const text = readFileSync('policy.yml', 'utf8');
    const changed = (policy: string): string => policy.replace('mode: observe\n', 'mode: enforce\n');
    expect(await withComments(changed(text).replaceAll(/^ +#.*\n/gm, ''))).toBe(
      // The comment above `tuning` is not made from the list.
      changed(text).replace(/^ {2}# The settings below.*\n/m, ''),
    );
  });
});
