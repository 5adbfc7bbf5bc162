/** Sees to it that the monitor runs every minute as long as something is going on, where alarms wake it. */
import type { RunContext } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import { goingOn } from '../core/plan/going-on.ts';
import type { GroupResult } from '../audit/group-result.ts';
import { policyOf } from '../input/policy.ts';
import type { Trigger } from '../input/trigger.ts';
import type { AccountObservation } from '../observe/observe.ts';

export type FollowedRun = {
  readonly trigger: Trigger;
  readonly observed: AccountObservation;
  readonly groups: readonly GroupResult[];
  readonly problems: readonly Problem[];
};

/** The log line has the first of them; in a Region's outage there may be thousands. */
const mostLogged = 10;

/**
 * No state is remembered. A run that the rule itself started proves that the rule is enabled, so only such a run disables it, and any other
 * run enables it again: whatever happens to the rule, one run of the schedule is enough to have it on.
 *
 * @returns the problem of a switch that failed: the monitor then runs as the rule is, and on its schedule at least
 */
export async function follow({ ports, policy, signals }: RunContext, run: FollowedRun): Promise<readonly Problem[]> {
  const { minuteRule, log } = ports;
  if (minuteRule === undefined) return [];
  const { trigger, observed } = run;
  const reasons = goingOn({
    observation: observed.observation,
    policyOf: policyOf(policy),
    groups: run.groups,
    overrides: observed.overrides.stored,
    problems: run.problems.length,
    wokenBy: formatWaking(trigger),
  });
  const isByRule = trigger.kind === 'scheduled' && trigger.rule === minuteRule.name;
  const isGoingOn = reasons.length > 0;
  if (!isGoingOn && !isByRule) return [];
  const change = isGoingOn ? 'enable' : 'disable';
  // Also at the end of a run that is out of time: the next one is to come soon.
  const problem = isGoingOn && isByRule ? undefined : await minuteRule[change](signals.publish);
  const outcome = problem === undefined ? `${change}d` : 'failed';
  log.info('minute rule', {
    rule: minuteRule.name,
    outcome: isGoingOn && isByRule ? 'stays enabled' : outcome,
    goingOn: reasons.slice(0, mostLogged),
    reasons: reasons.length,
  });
  return problem === undefined ? [] : [problem];
}

/** What is to be looked into whatever the run has found: CloudWatch may show it a minute later. */
function formatWaking(trigger: Trigger): string | undefined {
  switch (trigger.kind) {
    case 'alarm':
      return trigger.state === 'ALARM' ? `the alarm ${trigger.alarmName}` : undefined;
    case 'health-event':
      return `${trigger.eventTypeCode} of AWS Health in ${trigger.region}`;
    case 'scheduled':
    case 'manual':
    case 'shard':
      return undefined;
    default:
      return trigger satisfies never;
  }
}
