/** What each reason why a drill ended means for its result. */
import type { CodeOf } from '../model/codes.ts';

export const drillResultKinds = ['succeeded', 'failed', 'interrupted'] as const;
export type DrillResult = (typeof drillResultKinds)[number];

export const drillResults: Readonly<Record<CodeOf<'drill'>, DrillResult>> = {
  passed: 'succeeded',
  'too-few-calls': 'failed',
  'standby-impaired': 'failed',
  'standby-bypassed': 'failed',
  'standby-unobservable': 'interrupted',
  throttled: 'interrupted',
  'member-unhealthy': 'interrupted',
  stopped: 'interrupted',
  replaced: 'interrupted',
  'never-began': 'interrupted',
  'group-changed': 'interrupted',
};

/** `reason` prints the numbers that were compared. */
export type DrillEnd = { readonly code: CodeOf<'drill'>; readonly reason: string };
