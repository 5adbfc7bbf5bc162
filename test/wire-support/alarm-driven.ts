/** A local AWS with `wake: alarms`, minute by minute: the monitor runs as its schedule, its rule and its alarms have it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { minuteRule } from '../../infra/minute-rule.ts';
import { parseTrigger, type Trigger } from '../../lib/input/trigger.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { monitorRegion } from '../../sim/stack.ts';
import { minuteRuleOfDev } from '../../sim/deploy-wake-alarms.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { packagedTemplate, permissionsOf } from '../../sim/wire/iam/packaged.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';

const minuteMs = 60_000;
const scheduledEvent = readFileSync('events/scheduled.json', 'utf8');
const warmUpMinutes = 70;

/** The monitor runs a few seconds into each minute. */
const runDelayMs = 4000;

export type Run = {
  /** Minutes after the warm-up. */
  readonly minute: number;
  readonly startedBy: 'schedule' | 'rule' | 'alarm' | 'manual';
  readonly alarm: string | undefined;
  readonly functionError: string | undefined;
  readonly payload: string;
};

type Fault = Pick<FaultSpec, 'where' | 'what'> & { readonly from: number; readonly until: number };

/** The packaged roles, with the permissions that the template has with `wake: alarms`. */
export function permissionsWithAlarms() {
  const template = packagedTemplate(inject('packageFolder')) as { readonly Resources: object };
  const resources = JSON.parse(JSON.stringify(minuteRule('alarms')).replaceAll('${sls:stage}', 'dev')) as object;
  return permissionsOf({ ...template, Resources: { ...template.Resources, ...resources } }, monitorRegion);
}

/** The failback is left to the operator, so that the group is at rest soon after a failover. */
function policyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'policy.yml');
  writeFileSync(file, 'version: 1\ndefaults: { mode: enforce }\n');
  return file;
}

export async function startAlarmDriven({ faults = [] }: { readonly faults?: readonly Fault[] } = {}) {
  // 09:00 UTC: the minutes of the schedule are those of the hour.
  const startsAt = Date.UTC(2026, 10, 20, 9, 0) - warmUpMinutes * minuteMs;
  const specs = faults.map(({ from, until, ...fault }) => ({
    ...fault,
    fromMinute: from + warmUpMinutes,
    untilMinute: until + warmUpMinutes,
  }));
  const lines: string[] = [];
  const aws = await LocalAws.start({
    world: twoRegions(1, startsAt, specs),
    groups: [{ ...mainLine, createdAt: startsAt - 86_400_000 }],
    policyFile: policyFile(),
    packageFolder: inject('packageFolder'),
    permissions: permissionsWithAlarms(),
    speed: 0,
    pauses: 'skipped',
    wake: 'alarms',
    onLog: ({ line }) => lines.push(line),
  });
  onTestFinished(() => aws.close());
  aws.simulateUntil(startsAt + warmUpMinutes * minuteMs);
  // The alarms have learnt the state of a quiet line.
  aws.account.takeInvocations();
  let minute = 0;

  const play = async (minutes: number): Promise<readonly Run[]> => {
    const runs: Run[] = [];
    for (const end = minute + minutes; minute < end;) {
      minute += 1;
      aws.simulateUntil(startsAt + (warmUpMinutes + minute) * minuteMs + runDelayMs);
      for (const { payload, invocation } of await aws.invokeTargets()) runs.push(runOf(minute, payload, invocation));
      if (minute % 5 === 0) runs.push(runOf(minute, scheduledEvent, await aws.invoke('monitor', scheduledEvent)));
    }
    return runs;
  };
  const ruleState = () =>
    aws.account.eventRules.describe({ region: monitorRegion, eventBusName: 'default' }, minuteRuleOfDev).state;
  return { aws, lines, play, ruleState };
}

function runOf(
  minute: number,
  event: string,
  { payload, functionError }: { readonly payload: string; readonly functionError?: string | undefined },
): Run {
  const trigger = parseTrigger(JSON.parse(event));
  const alarm = trigger.kind === 'alarm' ? `${trigger.alarmName} ${trigger.state}` : undefined;
  return { minute, startedBy: startedBy(trigger), alarm, functionError, payload };
}

function startedBy(trigger: Trigger): Run['startedBy'] {
  if (trigger.kind === 'alarm') return 'alarm';
  if (trigger.kind === 'scheduled') return trigger.rule === undefined ? 'schedule' : 'rule';
  return 'manual';
}

/** The minutes of the runs, such as `5 schedule`. */
export function timesOf(runs: readonly Run[]): readonly string[] {
  return runs.map(({ minute, startedBy }) => `${minute} ${startedBy}`);
}
