/** Checks, where alarms wake the monitor, that each member has such an alarm. Pure. */
import { scheduleMinutes } from '../model/wake.ts';
import { checkOf, type CheckResult } from './check.ts';
import type { CheckedMember } from './metrics.ts';

const on = checkOf('wake-alarms');

/** The wake alarms of one Region. */
export type WakeAlarmsReading =
  | { readonly kind: 'read'; readonly voiceConnectorIds: ReadonlySet<string> }
  | { readonly kind: 'unreadable'; readonly message: string };

export type WakeAlarmFacts = {
  /** By the Region of the metrics. Undefined where the schedule runs the monitor every minute. */
  readonly wakeAlarms: ReadonlyMap<string, WakeAlarmsReading> | undefined;
  readonly metricsRegions: ReadonlyMap<string, string>;
};

const fix = 'Name it in wakeAlarms of config/<stage>.yml and deploy the template of its Region: docs/alarm-driven.md';

/** @param members in the order in which calls try them */
export function wakeAlarms(members: readonly CheckedMember[], facts: WakeAlarmFacts): readonly CheckResult[] {
  const { wakeAlarms: readings } = facts;
  if (readings === undefined) return [];
  return on.merge(members.map((member, place) => ofMember(member, place === 0, readings, facts)));
}

function ofMember(
  { voiceConnectorId, region: own }: CheckedMember,
  isPrimary: boolean,
  readings: ReadonlyMap<string, WakeAlarmsReading>,
  { metricsRegions }: WakeAlarmFacts,
): CheckResult {
  const region = metricsRegions.get(voiceConnectorId) ?? own;
  const reading = region === undefined ? undefined : readings.get(region);
  if (region === undefined || reading === undefined) {
    return on.unproven(`${voiceConnectorId}: its Region is unknown`);
  }
  if (reading.kind === 'unreadable') {
    return on.warn(`the alarms of ${region} could not be listed: ${reading.message}`, `Check CloudWatch in ${region}`);
  }
  if (reading.voiceConnectorIds.has(voiceConnectorId)) return on.pass(`${voiceConnectorId} has an alarm in ${region}`);
  const delay = `up to ${scheduleMinutes.alarms - 1} min later`;
  return isPrimary
    ? on.fail(`${voiceConnectorId}, the primary, has no alarm in ${region}: its faults are found ${delay}`, fix)
    : on.warn(
        `${voiceConnectorId} has no alarm in ${region}: once it is the primary, its faults are found ${delay}`,
        fix,
      );
}
