import { expect, it } from 'vitest';
import { isSelected } from '../../bench/parts.ts';

it('every part runs unless some are selected', () => {
  expect(isSelected([], 'recoveries')).toBe(true);
  expect(isSelected(['recoveries'], 'recoveries')).toBe(true);
  expect(isSelected(['recoveries'], 'outages')).toBe(false);
  expect(isSelected(['outages', 'recoveries'], 'recoveries')).toBe(true);
});

it('a pattern selects worlds by the beginning of their names, and a name without a colon all of them', () => {
  expect(isSelected(['healthy:lunch*'], 'healthy:lunch-8-10')).toBe(true);
  expect(isSelected(['healthy:lunch*'], 'healthy:night')).toBe(false);
  expect(isSelected(['healthy'], 'healthy:night')).toBe(true);
  expect(isSelected(['heal'], 'healthy:night')).toBe(false);
  expect(isSelected(['healthy:night.*'], 'healthy:nights')).toBe(false);
});
