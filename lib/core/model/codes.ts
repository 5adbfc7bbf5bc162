/**
 * The codes that events, logs and answers show. {@link meanings} names each code once; the lists and the types derive from it, and
 * docs/runbook.md has an entry for each. To add a class of codes, add one key to the table.
 */
const meanings = {
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
    'all-unhealthy': 'Every member is unhealthy, so a failover would not help.',
    cooldown: 'The group changed less than cooldownMinutes ago.',
    'operator-stand-off': 'Someone other than the monitor changed the group less than operatorStandOffMinutes ago.',
    'daily-limit': 'The monitor changed the group maxChangesPerDay times within 24 hours.',
    'record-unreadable': 'The monitor cannot read the record of its own changes, so a failback waits.',
    paused: 'An operator paused the group.',
    pinned: 'An operator pinned the order of the group.',
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
    'outliving-expiry': 'Sessions are open for longer than their ExpiryMinutes.',
    'not-on-top': 'Sessions are open on a Voice Connector that is not the primary of any group.',
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
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type CodeClass = keyof typeof meanings;
export type CodeOf<Class extends CodeClass> = Extract<keyof (typeof meanings)[Class], string>;

function codesOf<Code extends string>(entries: Readonly<Record<Code, unknown>>): readonly Code[] {
  return Object.keys(entries).filter((code): code is Code => Object.hasOwn(entries, code));
}

export type CodeEntry = {
  readonly class: CodeClass;
  readonly code: string;
  /** One sentence. */
  readonly meaning: string;
  /** Of the code's entry in docs/runbook.md. */
  readonly anchor: string;
};

/** Qualifies a heading of the runbook where an earlier class has the same code: `forbidden (write)`. */
const qualifiers: Readonly<Partial<Record<CodeClass, string>>> = { rejected: 'write' };

/** Every code, in the order of the table. */
export const codeTable: readonly CodeEntry[] = codesOf(meanings).flatMap((codeClass, place, classes) => {
  const earlier = classes.slice(0, place).flatMap((other) => Object.keys(meanings[other]));
  return Object.entries<string>(meanings[codeClass]).map(([code, meaning]) => {
    const anchor = earlier.includes(code) ? `${code}-${qualifiers[codeClass] ?? codeClass}` : code;
    return { class: codeClass, code, meaning, anchor };
  });
});

export type UnknownCause = CodeOf<'unknown'>;
export const unknownCauses = codesOf<UnknownCause>(meanings.unknown);

export type HoldCode = CodeOf<'hold'>;
export const holdCodes = codesOf<HoldCode>(meanings.hold);

export type RejectionCode = CodeOf<'rejection'>;
export const rejectionCodes = codesOf<RejectionCode>(meanings.rejection);

export type WithheldCode = CodeOf<'withheld'>;
export const withheldCodes = codesOf<WithheldCode>(meanings.withheld);

export type RejectedCode = CodeOf<'rejected'>;
export const rejectedCodes = codesOf<RejectedCode>(meanings.rejected);

/** How AWS refuses a request. `unavailable` is not an answer to a change: it makes the change blocked. */
export type RefusalKind = RejectedCode | 'unavailable';

export type BlockedCode = CodeOf<'blocked'>;
export const blockedCodes = codesOf<BlockedCode>(meanings.blocked);

export type ConnectorFindingCode = CodeOf<'session'>;
export const connectorFindingCodes = codesOf<ConnectorFindingCode>(meanings.session);

export type SessionFindingCode = ConnectorFindingCode | CodeOf<'session-account'>;
export const sessionFindingCodes: readonly SessionFindingCode[] = [
  ...connectorFindingCodes,
  ...codesOf<CodeOf<'session-account'>>(meanings['session-account']),
];

export type CommandCode = CodeOf<'command'>;
export const commandCodes = codesOf<CommandCode>(meanings.command);

/** What an operator may override by name, with `force`. Nothing overrides that a write only reorders and that a recheck precedes it. */
export const forcibleRules = [
  'paused',
  'pinned',
  'drill',
  'override-unparseable',
  'override-unreadable',
  ...rejectionCodes,
] as const satisfies readonly (HoldCode | RejectionCode)[];
export type ForcibleRule = (typeof forcibleRules)[number];
