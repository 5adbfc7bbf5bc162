/** Why a drill ended, and what each reason means for its result. docs/runbook.md has an entry for each code. */
export const drillEndCodes = [
  'passed',
  'too-few-calls',
  'standby-impaired',
  'standby-bypassed',
  'standby-unobservable',
  'throttled',
  'member-unhealthy',
  'stopped',
  'never-began',
  'group-changed',
] as const;
export type DrillEndCode = (typeof drillEndCodes)[number];

export const drillResultKinds = ['succeeded', 'failed', 'interrupted'] as const;
export type DrillResult = (typeof drillResultKinds)[number];

export const drillResults: Readonly<Record<DrillEndCode, DrillResult>> = {
  passed: 'succeeded',
  'too-few-calls': 'failed',
  'standby-impaired': 'failed',
  'standby-bypassed': 'failed',
  'standby-unobservable': 'interrupted',
  throttled: 'interrupted',
  'member-unhealthy': 'interrupted',
  stopped: 'interrupted',
  'never-began': 'interrupted',
  'group-changed': 'interrupted',
};

/** `reason` prints the numbers that were compared. */
export type DrillEnd = { readonly code: DrillEndCode; readonly reason: string };
