import { expect, it } from 'vitest';
import { formatOverride } from '../../../lib/core/model/format-override.ts';
import type { InForce } from '../../../lib/core/model/in-force.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aDrill } from '../../builders/drill.ts';
import { aWindow } from '../../builders/maintenance.ts';

const now = Date.UTC(2026, 10, 20, 12);
const pause = { kind: 'pause', by: 'anna', reason: 'works', until: now + 30 * minuteMs } as const;
const overLimit = now + 73 * 60 * minuteMs;

it.each<[string, InForce, string]>([
  ['that is none', { kind: 'none' }, 'no override'],
  ['in force, with the time that is left', pause, 'pause by anna, 30 min left: works'],
  ['that is a pin', { ...pause, kind: 'pin', order: ['west', 'east'] }, 'pin by anna, 30 min left: works'],
  [
    'that is a drill',
    { kind: 'drill', ...aDrill(), until: now + 8 * minuteMs },
    'drill by ops, 8 min left: does the standby work',
  ],
  ['a moment before its end', { ...pause, until: now + 1 }, 'pause by anna, 0 s left: works'],
  ['at its end', { ...pause, until: now }, 'pause by anna, expired 0 s ago: works'],
  ['after its end', { ...pause, until: now - 5 * minuteMs }, 'pause by anna, expired 5 min ago: works'],
  [
    'that lasts longer than operate accepts',
    { ...pause, until: overLimit },
    'pause by anna, 73 h left: works (longer than the 72 h that operate accepts; the monitor honours it)',
  ],
  [
    'that is a maintenance window',
    { kind: 'maintenance', window: aWindow(), from: now - 60 * minuteMs, until: now + 60 * minuteMs },
    'maintenance window fri 11:00 to 13:00 UTC, 60 min left: carrier works',
  ],
  ['that is not valid', { kind: 'unparseable', message: 'not JSON' }, 'unparseable: not JSON'],
  ['that could not be read', { kind: 'unreadable', message: 'no answer' }, 'unreadable: no answer'],
])('an override %s', (_what, override, text) => {
  expect(formatOverride(override, now)).toBe(text);
});
