/** A group of three, and times before the observation. */
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { unknown } from '../../builders/plan.ts';

export const three = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }) });
export const idle = unknown('idle');
export function minutesAgo(minutes: number) {
  return observedAt - minutes * minuteMs;
}
