import { describe, expect, it } from 'vitest';
import { parseOverride } from '../../lib/input/override.ts';
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
