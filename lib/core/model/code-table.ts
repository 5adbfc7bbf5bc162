/**
 * Every code that events, logs and answers show, by its class, with its meaning in one sentence. lib/core/model/codes.ts derives the
 * lists and the types. docs/codes.md lists them; docs/runbook.md has an entry for each.
 */
export const meanings = {
  /** Causes of a verdict `unknown`. */
  unknown: {
    idle: 'There were no calls in the window, or none for a while although the metrics still arrive.',
    'low-volume':
      'Too few calls succeeded to call the Voice Connector healthy, and too few failed to call it unhealthy.',
    stale: 'Calls were expected, but CloudWatch has no datapoints for the newest minutes.',
    'fetch-error': 'AWS did not answer, or does not know the Voice Connector.',
    partial: 'CloudWatch answered for some of the metrics only.',
    forbidden: 'The role is not allowed to read the metrics.',
    inconclusive: 'More calls fail than the baseline, but the difference is not statistically significant yet.',
  },
  /** Why a group stays as it is. */
  hold: {
    'top-healthy': 'The primary is healthy.',
    'top-degraded': 'The primary has a problem that does not justify a failover.',
    'top-unknown': 'The health of the primary is unknown, which never justifies a failover.',
    'no-target': 'The primary is unhealthy, and no other member can take its calls.',
    'all-unhealthy': 'Every other member is proven to lose calls too, and a failover would save too few.',
    cooldown: 'The group changed less than cooldownMinutes ago.',
    'operator-stand-off': 'Someone other than the monitor changed the group less than operatorStandOffMinutes ago.',
    'daily-limit': 'The monitor changed the group maxChangesPerDay times within 24 hours.',
    'account-limit': 'Many groups are to be failed over within minutes, and no fault of a Region explains it.',
    'record-unreadable': 'The monitor cannot read the record of its own changes, so a failback waits.',
    paused: 'An operator or a maintenance window of the policy paused the group.',
    pinned: 'An operator pinned the order of the group.',
    'pin-order-differs': 'The group is not in the pinned order, and the monitor does not restore it.',
    drill: 'A drill is in progress.',
    'override-unparseable': 'The stored override is not valid, so it counts as a pause.',
    'override-unreadable': 'Parameter Store does not answer, so a failback waits.',
    'tied-priorities': 'Two members share a priority, so AWS spreads calls over both.',
    'missing-priority': 'A member has no priority.',
    'load-balanced': 'The group spreads its calls over all members, so priorities have no effect.',
    'unknown-distribution': 'The monitor does not know the CallDistributionType of the group.',
    'fewer-than-two-members': 'The group has no second member.',
    'duplicate-members': 'A Voice Connector is listed twice in the group.',
    'failback-hold': 'The group changed less than failbackHoldMinutes ago.',
    'failback-not-proven': 'The preferred Voice Connector is not proven healthy.',
    'failback-awaits-approval': 'The failback is ready, and the policy asks for approval.',
    'failback-never': 'The policy leaves failbacks to the operator.',
  },
  /** Why a member cannot be promoted. */
  rejection: {
    'hold-down': 'The monitor failed over from it recently.',
    unhealthy: 'It is unhealthy.',
    'unhealthy-region': 'Its Region is unhealthy.',
    degraded: 'It has problems of its own.',
    'no-gain': 'It lost calls when it last carried some, so that a failover to it would save too few.',
    unobservable: 'Its metrics cannot be read, or they are stale.',
    unreadable: 'Its standby signals cannot be read, or its Region is unknown.',
    origination: 'Its origination is disabled or has no route, so no inbound call would arrive.',
    'no-standby-signal': 'It carries no calls, and no recent OPTIONS ping reached it.',
    'outbound-failing': 'Its outbound calls fail, or failed recently.',
    'outbound-not-proven': 'It has no inbound calls, and too few outbound calls to prove it healthy.',
  },
  /** Why the monitor did not send a write. */
  withheld: {
    'observe-mode': 'The policy of the group says observe.',
    'evidence-expired': 'The evidence was older than evidenceLimitSeconds before the write.',
    'group-changed': 'Someone changed the group after the monitor judged it.',
    'override-changed': 'Someone put, changed or removed an override of the group after the monitor read it.',
  },
  /** How AWS refused a change. */
  rejected: {
    conflict: 'AWS was changing the group at the same time.',
    forbidden: 'The role is not allowed to read or update the group.',
    'not-found': 'The control Region does not show the group.',
    gone: 'AWS no longer offers the operation.',
    invalid: 'AWS did not accept the request.',
    throttled: 'The account makes too many API calls.',
  },
  /** Why a group could not be changed through any control Region. */
  blocked: {
    unreachable: 'The control Region does not answer, and no other one shows the group.',
    failing: 'The control Regions answer writes with errors of their own.',
    'out-of-time': 'The invocation ended before the group could be read again and written.',
  },
  /** Findings of the inventory of proxy sessions on one Voice Connector. */
  session: {
    'past-expiry': 'Sessions are open for longer than their ExpiryMinutes.',
    'not-on-primary': 'Sessions are open on a Voice Connector that is not the primary of any group.',
    'unhealthy-connector': 'Sessions are open on a Voice Connector that is unhealthy.',
  },
  /** Findings of the same inventory on the whole account. */
  'session-account': {
    unsupported: 'AWS no longer answers requests about proxy sessions.',
  },
  /** Why an operator's command is refused, beside holds and rejections; force does not override these. */
  command: {
    'not-a-member': 'The named Voice Connector is not a member of the group.',
    'missing-member': 'The order to pin does not name every member.',
    'no-preferred-order': 'The policy has no preferredOrder with a member of the group in it.',
  },
  /** Why a drill is refused, beside holds and rejections. */
  'drill-refusal': {
    'not-a-standby': 'The named Voice Connector is not a member of the group, or is its primary already.',
  },
  /** Why a drill ended. */
  drill: {
    passed: 'The drill ran until its end, and the standby carried enough calls.',
    'too-few-calls': 'The drill ran until its end, and the standby carried fewer calls than required.',
    'standby-impaired': 'Too many calls of the standby failed, or it was judged degraded or unhealthy.',
    'standby-bypassed': 'AWS could not reach the standby and routed its calls to the other members.',
    'standby-unobservable': 'The metrics of the standby could not be read.',
    throttled: 'AWS rejected calls, because the call limit of the standby is too low.',
    'member-unhealthy': 'A member of the group, or the Region of one, became unhealthy.',
    stopped: 'An operator ended the drill.',
    replaced: 'An operator ordered another place for the calls, or pinned the group.',
    'never-began': 'The drill did not begin in time, or a precondition was no longer met.',
    'group-changed': 'Someone other than the drill changed the group.',
  },
  /** What preflight checks: the first six once for the account, the others for each group. */
  readiness: {
    'control-regions': 'Every control Region lists its groups and Voice Connectors.',
    permissions: 'The role may make every read of the monitor.',
    writes: 'Whether the monitor may write, which only a write proves.',
    clock: 'The clock of the function agrees with that of AWS.',
    'policy-entries': 'Every entry under groups of the policy names a group.',
    'override-keys': 'Every stored override applies to a group.',
    mode: 'The policy allows the monitor to move the group.',
    override: 'No override holds the group, and none of a drill is missing.',
    distribution: 'The group tries its members by priority.',
    members: 'The group has at least two different members.',
    priorities: 'Each member has a priority of its own.',
    regions: 'The members are in at least two Regions, and each Region is known.',
    'preferred-order': 'Every Voice Connector of preferredOrder is a member.',
    'phone-numbers': 'Phone numbers are assigned to the group.',
    recheck: 'The group, read alone, equals the group as it was listed.',
    'own-changes': 'The record of the changes of the monitor can be read.',
    metrics: 'The metrics of each member can be read.',
    'metric-names': 'CloudWatch has every metric under the dimensions of the policy.',
    'metric-lag': 'Metrics arrive within metricLagSeconds.',
    origination: 'The origination of each member is enabled and has a route.',
    'options-ping': 'A recent OPTIONS ping reached each member.',
    capacity: 'The quota of active calls of the Region of each standby leaves room for the calls of a failover.',
    'wake-alarms': 'Each member has an alarm that wakes the monitor, where alarms wake it.',
    rehearsal: 'The planner would move the group if its primary were unhealthy now.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type CodeClass = keyof typeof meanings;

/** The chapter of docs/runbook.md with the entries of a class. */
export const chapters = {
  unknown: 'Verdicts that are `unknown`',
  hold: 'Holds',
  rejection: 'Rejections',
  withheld: 'Changes that were withheld',
  rejected: 'Changes that were rejected',
  blocked: 'Changes that were blocked',
  session: 'Findings of the session inventory',
  'session-account': 'Findings of the session inventory',
  command: 'Commands that were refused',
  'drill-refusal': 'Drills that were refused',
  drill: 'How a drill ended',
  readiness: 'Readiness',
} as const satisfies Readonly<Record<CodeClass, string>>;

/** Qualifies a heading of the runbook where an earlier class has the same code: `forbidden (write)`. */
export const qualifiers: Readonly<Partial<Record<CodeClass, string>>> = { rejected: 'write' };
