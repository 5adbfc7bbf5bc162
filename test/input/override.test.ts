import { describe, expect, it } from 'vitest';
import { parseOverride, serializeOverride } from '../../lib/input/override.ts';
import { formatOverride } from '../../lib/core/model/format-override.ts';

const now = Date.UTC(2026, 10, 20, 9);

describe('a pause of more than 72 h in Parameter Store', () => {
  const until = now + 96 * 3_600_000;
  const text = JSON.stringify({ action: 'pause', by: 'anna', reason: 'works', until: new Date(until).toISOString() });
  const override = parseOverride('/overrides/all', text);

  it('keeps its end', () => {
    expect(override).toEqual({ kind: 'pause', by: 'anna', reason: 'works', until });
  });

  it('is reported as longer than operate accepts, for as long as it is', () => {
    const note = ' (longer than the 72 h that operate accepts; the monitor honours it)';
    expect(formatOverride(override, now)).toBe(`pause by anna, 96 h left: works${note}`);
    expect(formatOverride(override, until - 72 * 3_600_000)).toBe('pause by anna, 72 h left: works');
  });
});

describe('an override of a monitor of another version', () => {
  const until = new Date(now + 3_600_000).toISOString();
  const text = (fields: object) => JSON.stringify({ action: 'pause', by: 'anna', reason: 'works', until, ...fields });

  it('is understood in the present form, and without a version', () => {
    const pause = { kind: 'pause', by: 'anna', reason: 'works', until: now + 3_600_000 };
    expect(parseOverride('/overrides/all', text({ version: 1 }))).toEqual(pause);
    expect(parseOverride('/overrides/all', text({}))).toEqual(pause);
  });

  it('counts as a pause in any other form', () => {
    expect(parseOverride('/overrides/all', text({ version: 2, calls: 'none' }))).toEqual({
      kind: 'unparseable',
      message: '/overrides/all: version: Expected 1, the only one that this monitor understands; was 2',
    });
    expect(parseOverride('/overrides/all', text({ version: null }))).toMatchObject({ kind: 'unparseable' });
  });

  it('is written with its version', () => {
    const override = parseOverride('/overrides/all', text({}));
    expect(override.kind === 'pause' && JSON.parse(serializeOverride(override))).toEqual({
      version: 1,
      ...(JSON.parse(text({})) as object),
    });
  });
});
