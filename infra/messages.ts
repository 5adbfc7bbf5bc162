/** What an on-call person reads: what happened, why, and what to type. `docs/runbook.md` has an entry behind each. */
import { vcfCommand } from './commands.ts';
import { messageRule, type Message } from './message-rule.ts';
import { reportBucketOf, reportLink } from './report.ts';
import type { VariableContext } from './service.ts';

/** For the person who types a command to fill in. */
const signature = { reason: 'WHY' };

const group = '<groupId>';

const statusOfGroup = `To see the group: ${vcfCommand(['status', group])}`;

const history = `To see what happened: ${vcfCommand(['history', group], { since: '2h' })}`;

const readiness = `To see every check: ${vcfCommand(['preflight'])}`;

const pauseGroup = vcfCommand(['pause', group], { until: '2h', ...signature });

const ofGroup = 'At <at>, group <groupId>, run <run> of the monitor in <monitor>.';

const ofAccount = 'At <at>, run <run> of the monitor in <monitor>.';

const movedLines = [
  'DONE: <decision> of <group>. New calls now try <promoting> before <leaving>.',
  'Why: <reason>',
  'Impact: <impact>',
  'Result: <outcome>',
  'Next: confirm that calls arrive at <promoting>, then diagnose <leaving>: docs/runbook.md#an-incident',
  statusOfGroup,
  history,
  `To stop the monitor for this group: ${pauseGroup}`,
  `To undo the change: ${vcfCommand(['switchover', group, '<leaving>'], signature)}`,
  'If a check refuses that, it says how to force it: docs/runbook.md#undoing-a-change',
  ofGroup,
];

/** By logical id. */
const changeMessages: Readonly<Record<string, Message>> = {
  FailoverDoneRule: {
    description: 'Reports that a group was failed over',
    detailTypes: ['Priority Change Applied'],
    data: { decision: ['failover'] },
    lines: movedLines,
    isOfMove: true,
  },
  GroupMovedRule: {
    description: 'Reports that a group was moved as an operator or the policy wanted',
    detailTypes: ['Priority Change Applied'],
    data: { decision: ['failback', 'switchover'] },
    lines: movedLines,
    isOfMove: true,
  },
  ChangeBlockedRule: {
    description: 'Reports that a group needs to be moved and cannot be: when that begins, and every quarter of an hour',
    detailTypes: ['Priority Change Blocked', 'Priority Change Rejected'],
    // Without `drill`: a drill that does not start is no emergency. One that cannot be ended is.
    data: { decision: ['failover', 'failback', 'switchover', 'restore'], attempt: ['first', 'reminder'] },
    lines: [
      'BLOCKED: <decision> of <group> from <leaving> to <promoting> is needed but was not made (<outcomeCode>).',
      'Why it is needed: <reason>',
      'Impact: <impact>',
      'What blocks it: <outcome>',
      'The order of the group is unchanged. AWS still reroutes single calls. If this lasts, move the calls by other means: through your carrier.',
      'What to do about <outcomeCode>: docs/runbook.md#changes-that-were-blocked and docs/runbook.md#changes-that-were-rejected',
      statusOfGroup,
      `The monitor retries every minute and sends this message every quarter of an hour. To stop both: ${pauseGroup}`,
      ofGroup,
    ],
  },
  ChangeUnverifiedRule: {
    description: 'Reports that it is not known whether a group was moved',
    detailTypes: ['Priority Change Unverified'],
    lines: [
      'UNVERIFIED: <decision> of <group> from <leaving> to <promoting> was requested, and AWS does not show the new order.',
      'Why it was requested: <reason>',
      'Impact: <impact>',
      'What is known: <outcome>',
      'Check the order of the group. The next run of the monitor checks it too: docs/runbook.md#unverified',
      statusOfGroup,
      ofGroup,
    ],
  },
};

const drillMessages: Readonly<Record<string, Message>> = {
  DrillStartedRule: {
    description: 'Reports that a drill started',
    detailTypes: ['Priority Change Applied'],
    data: { decision: ['drill'] },
    lines: [
      'DRILL STARTED: new calls of <group> try <promoting> first until the drill ends, then <leaving> again.',
      'Ordered by <orderedBy>: <orderedFor>',
      'What happens: <reason>',
      'Result: <outcome>',
      'Nothing to do. What may end it: docs/runbook.md#drills',
      `To end it now: ${vcfCommand(['resume', group], signature)}`,
      ofGroup,
    ],
    isOfMove: true,
  },
  DrillEndedRule: {
    description: 'Reports how a drill ended whose group is back in its order',
    detailTypes: ['Drill Ended'],
    data: { restored: [true] },
    lines: [
      'DRILL <result> (<code>): new calls of <group> try <drillLeaving> first.',
      'The drill was to send calls to <drillPromoting>, ordered by <drillBy>.',
      'Why it ended like this: <reason>',
      'What <code> means: docs/runbook.md#how-a-drill-ended',
      ofGroup,
    ],
  },
  DrillNotRestoredRule: {
    description: 'Reports that a drill ended and its group is not back in its order',
    detailTypes: ['Drill Ended'],
    data: { restored: [false] },
    lines: [
      'DRILL <result> (<code>), NOT RESTORED: the order of <group> stays as it is, and <drillLeaving> is not its primary.',
      'The drill was to send calls to <drillPromoting>, ordered by <drillBy>. Why it ended like this: <reason>',
      'The monitor decides about the group again. Check <drillLeaving>, and move the group back when it is healthy: docs/runbook.md#not-put-back',
      `To move it back: ${vcfCommand(['switchover', group, '<drillLeaving>'], signature)}`,
      'What <code> means: docs/runbook.md#how-a-drill-ended',
      ofGroup,
    ],
  },
  WeeklyDrillRefusedRule: {
    description: 'Reports that a weekly drill was due and could not start',
    detailTypes: ['Drill Refused'],
    data: { by: ['schedule'] },
    lines: [
      'NO DRILL: the weekly drill of <group> is due (<reason>) and did not start (<refusalCode>).',
      'Why (the first reason, if there are several): <refusal>',
      'It is tried again every 30 minutes while its window is open. What to do: docs/runbook.md#drills-that-were-refused',
      statusOfGroup,
      ofGroup,
    ],
  },
};

const holdMessages: Readonly<Record<string, Message>> = {
  NoMoveRule: {
    description: 'Reports that calls fail and that the monitor does not move the group',
    detailTypes: ['Hold Changed'],
    data: { code: ['no-target', 'all-unhealthy', 'daily-limit', 'account-limit', 'pin-order-differs'] },
    lines: [
      'NO MOVE: <group> has a problem, and the monitor leaves its order as it is (<code>).',
      'Why: <reason>',
      'Impact: <impact>',
      'A person must decide. What to do: docs/runbook.md#<code>',
      statusOfGroup,
      ofGroup,
    ],
  },
  CannotFailOverRule: {
    description: 'Reports that the configuration of a group prevents a failover',
    detailTypes: ['Hold Changed'],
    data: {
      code: [
        'tied-priorities',
        'missing-priority',
        'load-balanced',
        'unknown-distribution',
        'fewer-than-two-members',
        'duplicate-members',
        'override-unparseable',
      ],
    },
    lines: [
      'NOT READY: <group> cannot be failed over as it is configured (<code>). This does not make calls fail.',
      'Why: <reason>',
      'What to do: docs/runbook.md#<code>',
      ofGroup,
    ],
  },
  FailbackAwaitsApprovalRule: {
    description: 'Reports that a failback waits for approval',
    detailTypes: ['Hold Changed'],
    data: { code: ['failback-awaits-approval'] },
    lines: [
      'APPROVAL NEEDED: <group> can go back to its preferred order. The policy leaves that decision to you.',
      'Why: <reason>',
      `To approve it, at any time: ${vcfCommand(['failback', group], signature)}`,
      'What that does: docs/runbook.md#<code>',
      ofGroup,
    ],
  },
};

const readinessMessages: Readonly<Record<string, Message>> = {
  GroupNotReadyRule: {
    description: 'Reports which readiness checks of a group fail, when that begins and when it changes',
    detailTypes: ['Readiness Checked'],
    data: { outcome: ['fail'], change: ['began', 'changed'] },
    lines: [
      'NOT READY: <group> could not be failed over now, or not as its policy says. This does not make calls fail.',
      'What fails: <summary>',
      'Each check: docs/runbook.md#readiness',
      readiness,
      'This message is sent when a check begins to fail and when the failing checks change. The alarm not-ready reports the end.',
      ofGroup,
    ],
  },
  AccountNotReadyRule: {
    description:
      'Reports which readiness checks fail that every failover depends on, when that begins and when it changes',
    detailTypes: ['Account Readiness Checked'],
    data: { outcome: ['fail'], change: ['began', 'changed'] },
    lines: [
      'NOT READY: a check that every failover depends on fails. This does not make calls fail.',
      'What fails: <summary>',
      'Each check: docs/runbook.md#readiness',
      readiness,
      'This message is sent when a check begins to fail and when the failing checks change. The alarm account-not-ready reports the end.',
      ofAccount,
    ],
  },
};

const overrideMessages: Readonly<Record<string, Message>> = {
  OverrideUnmatchedRule: {
    description: 'Reports that an override applies to no group',
    detailTypes: ['Override Unmatched'],
    lines: [
      'NO EFFECT: an override is stored under the key <key>, and no group has that id or name. It holds nothing.',
      'What is stored: <override>',
      'Store it under the id of the group that it is meant for, and remove this one: docs/runbook.md#override-keys',
      `To see the id of every group: ${vcfCommand(['status'])}`,
      'This message is sent when the override is stored and every 15 minutes until it is removed.',
      ofAccount,
    ],
  },
};

const messages = { ...changeMessages, ...drillMessages, ...holdMessages, ...readinessMessages, ...overrideMessages };

/** @param reportBucket of the stage, if it has one */
export function messageResources(reportBucket: string | null = null) {
  const link = reportBucket === null ? undefined : reportLink(reportBucket);
  return {
    Resources: Object.fromEntries(
      Object.entries(messages).map(([id, message]) => [id, messageRule(id, message, link)]),
    ),
  };
}

/** Called by the framework. */
export async function messageResourcesOf(context: VariableContext) {
  return messageResources(await reportBucketOf(context));
}
