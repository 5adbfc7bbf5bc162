import { describe, expect, it } from 'vitest';
import { formatValue } from '../../lib/input/format-value.ts';
import { parseOverride } from '../../lib/input/override.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { sizeProblem } from '../../lib/input/size-limits.ts';

const limits = { depth: 2, values: 5, characters: 10 };

function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

describe('An input within its limits', () => {
  it.each([[null], [undefined], ['0123456789'], [{ a: [1, 2, 3] }], [nested(2)], [{ abcde: 'fghij' }]])(
    '%j has no problem',
    (input) => {
      expect(sizeProblem(input, limits)).toBeUndefined();
    },
  );
});

describe('An input beyond one of its limits', () => {
  const itself: unknown[] = [];
  itself.push(itself);
  it.each([
    [nested(3), 'Expected at most 2 levels of nesting, got more'],
    [nested(1_000_000), 'Expected at most 2 levels of nesting, got more'],
    [itself, 'Expected at most 2 levels of nesting, got more'],
    [[1, 2, 3, 4, 5], 'Expected at most 5 values, got more'],
    [Array.from({ length: 1_000_000 }, () => 1), 'Expected at most 5 values, got more'],
    ['01234567890', 'Expected at most 10 characters, got more'],
    [{ abcdef: 'fghij' }, 'Expected at most 10 characters, got more'],
  ])('is refused with that limit', (input, problem) => {
    expect(sizeProblem(input, limits)).toBe(problem);
  });
});

describe('A quoted value', () => {
  it('is short, however deep or long the value is, even if it contains itself', () => {
    const itself: Record<string, unknown> = {};
    itself['me'] = itself;
    for (const value of [nested(100_000), Array.from({ length: 1_000_000 }, () => 'x'), itself]) {
      expect(formatValue(value).length).toBeLessThanOrEqual(120);
    }
    expect(formatValue('\u001b[31m\u009b\u202e\n')).toBe(String.raw`"\u001b[31m\u009b\u202e\n"`);
  });

  it('is redacted before it is shortened, so that no part of a number is left', () => {
    expect(formatValue(`${'x'.repeat(110)} +14155550100`)).toBe(`"${'x'.repeat(110)} (numb...`);
  });
});

describe('A policy file', () => {
  const refusal = (text: string) => {
    try {
      parsePolicy(text, 'policy.yml');
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is refused if it is nested in ten thousand levels, without overflowing the stack', () => {
    expect(refusal(`version: ${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toMatch(/^policy\.yml: 1 problem\n {2}- /);
  });

  it('is refused with one problem if it has more than 1,000,000 characters or 100,000 values', () => {
    expect(refusal(`# ${'x'.repeat(1_000_000)}`)).toContain('Expected at most 1000000 characters, got more');
    expect(refusal(`groups: [${'1,'.repeat(200_000)}1]`)).toContain('Expected at most 100000 values, got more');
  });

  it('is refused with the first fifty mistakes and the count of the others', () => {
    const message = refusal(`version: 1\ngroups: [${'1,'.repeat(50_000)}1]`);
    expect(message.length).toBeLessThan(10_000);
    expect(message).toMatch(/^policy\.yml: 50001 problems\n(.*\n){50} {2}- and 49951 more$/);
  });

  it('shows the control characters of its keys escaped', () => {
    expect(refusal('version: 1\n"\\e[31mred\\n  - fake": 1')).toBe(
      String.raw`policy.yml: 1 problem` + '\n' + String.raw`  - \u001b[31mred\u000a  - fake is not a known setting`,
    );
  });

  it('may have a thousand groups', () => {
    const groups = Array.from(
      { length: 1000 },
      (_, place) => `  - { group: g${place}, mode: enforce, preferredOrder: [a, b], tuning: { cooldownMinutes: 10 } }`,
    );
    expect(parsePolicy(`version: 1\ngroups:\n${groups.join('\n')}`, 'policy.yml').groups.size).toBe(1000);
  });
});

describe('An override that a person wrote by hand', () => {
  it.each([['['.repeat(4000)], [`{"action":${'['.repeat(2000)}${']'.repeat(2000)}}`], [`["${'x'.repeat(4000)}"]`]])(
    'counts as one that cannot be parsed, with a short message',
    (text) => {
      const override = parseOverride('/path/all', text);
      expect(override.kind).toBe('unparseable');
      expect('message' in override && override.message.length).toBeLessThan(1200);
    },
  );
});
