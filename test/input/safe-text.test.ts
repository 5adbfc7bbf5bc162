import { describe, expect, it } from 'vitest';
import { safe, safeLine, safeReplacer, safeText } from '../../lib/input/safe-text.ts';

describe('A safe text', () => {
  it('has neither escape sequences of a terminal nor marks that change the direction of text', () => {
    expect(safeText('a\u001b[31mred\u0007\u007f\u009b\u202eb')).toBe(
      String.raw`a\u001b[31mred\u0007\u007f\u009b\u202eb`,
    );
  });

  it('keeps its lines, tabs and letters of every script; a safe line is one line', () => {
    const text = 'Zoë\n\tРегион 東京 👩‍💻';
    expect(safeText(text)).toBe(text);
    expect(safeLine('a\n  - b\r')).toBe(String.raw`a\u000a  - b\u000d`);
  });
});

describe('A safe value', () => {
  const unsafe = {
    list: ['+14155550100', 14155550100, null, true, undefined],
    '+14155550100': { at: new Date(0), '\u001b': 'x' },
  };

  it('has safe texts and keys at every depth, and keeps numbers and everything else', () => {
    expect(safe(unsafe)).toEqual({
      list: ['(number withheld)', 14155550100, null, true, undefined],
      '(number withheld)': { at: new Date(0), [String.raw`\u001b`]: 'x' },
    });
    expect([safe(null), safe(7), safe('x')]).toEqual([null, 7, 'x']);
  });

  it('is what the serialization with the replacer contains', () => {
    expect(JSON.stringify(unsafe, safeReplacer)).toBe(JSON.stringify(safe(unsafe)));
  });
});
