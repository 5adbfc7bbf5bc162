/**
 * The words that this project does not use, each with its replacement. They belonged to a private dialect that a reader had to learn
 * before the domain. The glossary in CONTRIBUTING.md explains the terms that replace them.
 */

type Rule = {
  /** What to write instead. */
  readonly instead: string;
  /** What the rule must find: at least one example for each of its alternatives. */
  readonly examples: readonly string[];
};

/** Finds words inside camel-case identifiers of code: `told` is found in `toldOutcome` and in `isTold`. */
export type IdentifierPartRule = Rule & { readonly parts: readonly string[] };

/**
 * Finds whole identifiers, case-sensitive. One that is also an English word (`Seen`, `settle`) is found only among the identifiers of
 * code, any other one (`takeBack`) in every file.
 */
export type IdentifierRule = Rule & { readonly identifiers: readonly string[] };

/**
 * Finds a regular expression in any file, case-insensitive, between word boundaries. A space in it matches any white space, and
 * also the line break and the comment marker inside a wrapped comment.
 */
export type ProseRule = Rule & { readonly pattern: string };

function parts(words: string, instead: string): IdentifierPartRule {
  return { parts: words.split(' '), instead, examples: words.split(' ') };
}

function identifiers(names: string, instead: string): IdentifierRule {
  return { identifiers: names.split(' '), instead, examples: names.split(' ') };
}

function prose(pattern: string, instead: string, ...examples: readonly string[]): ProseRule {
  return { pattern, instead, examples: examples.length === 0 ? [pattern] : examples };
}

export const identifierPartRules: readonly IdentifierPartRule[] = [
  parts('told tell tells telling', 'publish…, report…, record…'),
  parts('say says said spoken word words', 'override, put…, text, summary'),
  parts('heard', 'received…, SdkObserver'),
  parts('sick', 'unhealthy'),
  parts('blind', 'unobservable'),
  parts('unwell', 'impaired'),
  parts('brake brakes', 'guard, cooldown'),
  parts('velocity', 'dailyLimit'),
  parts('parcel parking parked', 'BatchEntry, outbox, stored'),
  parts('liveness', 'standbySignals'),
  parts('glance sight sights', 'snapshot, reading, metrics'),
  parts('came', 'result, CommandResult'),
  parts('doubt', 'UncertainWrite'),
  parts('withdraw withdrawn', 'retract…'),
  parts('unnoted', 'unrecorded'),
  parts('whom whoever', 'a noun: connector, principal, caller'),
  parts('plainly', 'text, format…'),
  parts('anew', 'again'),
  parts('story stories', 'demo, scenario, sequence'),
  parts('strike strikes struck', 'inject…, fault, affected'),
  parts('mortal', 'crash…'),
];

export const identifierRules: readonly IdentifierRule[] = [
  identifiers('Spoken Word parseWord sayWord spokenOn wordLines', 'StoredOverride, parseOverride, put…'),
  identifiers('takeBack takeBackExpired', 'remove, removeExpired'),
  identifiers(
    'toldWord toldCalls toldOutcome problemsTold isTimeToTell newsOf heldAnew heldNews',
    'publish…, holdChange',
  ),
  identifiers(
    'Telling tellAction tellingFailure tellingPorts Recorder',
    'publishAction, publishFailure, PublishingPorts',
  ),
  identifiers('Seen Sight DrillSight refusedAtFirstSight', 'Snapshot, DrillSnapshot'),
  identifiers(
    'Closer lookCloser withCloserLook needsCloserLook lookAtSuspects',
    'CandidateEvidence, readCandidateEvidence',
  ),
  identifiers('Examine ExaminedInput isExamine', 'NeedEvidence'),
  identifiers('Running', 'RunContext'),
  identifiers('Unnoted noteAndWrite noteToleranceMs', 'UnrecordedRegion, recordAndWrite'),
  identifiers('Parcel Parking ParkingPort parkingQueueName PARKING_QUEUE_URL', 'Outbox, BatchEntry, OUTBOX_QUEUE_URL'),
  identifiers(
    'Brake Brakes BrakeInput FailbackBrakeInput failbackBrake failoverBrake',
    'Guard, GuardInput, failoverGuard',
  ),
  identifiers('SignsOfLife signsOfLife Liveness lifeWithoutCalls', 'StandbySignals, standbySignals'),
  identifiers('isBlind mayBeUnwell', 'isUnobservable, mayBeImpaired'),
  identifiers('Answers Heard', 'SdkObserver'),
  identifiers('NumbersPort numbersOf', 'TelemetryPort'),
  identifiers('Doubt settle', 'UncertainWrite, resolveUncertain'),
  identifiers('Came Operated saidIn', 'CommandResult, summary'),
  identifiers('inWords plainly groupNamed aboutGroup aboutHold aboutMove', 'text, format…, findGroup'),
  identifiers('strangersIn warningsOf whereCallsAre usualPass usualStop', 'a name that says what it returns'),
  identifiers('moveByHand drillByHand', 'orderMove, orderDrill'),
  identifiers(
    'TurnFailed TurnResult turnResult TurnCompleted turnFailedEvent TurnIdentity',
    'RunFailed, RunResult, RunIdentity',
  ),
  identifiers('seedSick', 'seedUnhealthy'),
];

export const proseRules: readonly ProseRule[] = [
  prose('whom', 'the noun itself'),
  prose(
    '(whoever|whatever becomes|whatever became)',
    'the noun itself: the principal, the caller, the result',
    'whoever',
    'whatever became',
  ),
  prose('(what|whatever) (came|comes|became) of', 'the result of', 'what came of', 'what became of'),
  prose(
    '(take|takes|taking|took|taken) (it |them |one |this |that |(a|the|its|his|their) [a-z]+ )?back',
    'remove (an override), retract (a recorded change)',
    'takes it back',
    'took the word back',
    'taken back',
  ),
  prose(
    '(is|are|was|were|be|been|being) (always |never |not |only |once |also )?told',
    'is published, is reported, is given',
    'is told',
    'are never told',
  ),
  prose('tells? of', 'report, show', 'tells of'),
  prose("operator(s|'s|s') words?", "the operator's override", "operator's word", 'operators words'),
  prose('the word is', 'the override is'),
  prose('anew', 'again'),
  prose('afresh', 'again, from scratch'),
  prose('lest', 'so that … not'),
  prose(
    'nobody (can|could|may) (say|know|see|tell|force)',
    'state what is unknown or impossible',
    'nobody can say',
    'nobody could see',
  ),
  prose('of which nobody', 'state what is unknown'),
  prose('signs? of life', 'standby signals', 'sign of life', 'signs of life'),
  prose('velocity', 'daily limit'),
  prose('brakes?', 'guard, cooldown', 'brake', 'brakes'),
  prose('sick', 'unhealthy'),
  prose('unwell', 'impaired'),
  prose('blind', 'unobservable'),
  prose('(parcels?|parking|parked)', 'batch entry, outbox, stored in the outbox', 'parcel', 'parking', 'parked'),
  prose(
    'looks? (again|closer|afresh)',
    'reads the group again, rechecks, reads the candidate evidence',
    'looks again',
    'look closer',
  ),
  prose('(closer|last|every|each|one) looks?', 'candidate evidence, recheck, snapshot', 'closer look', 'last look'),
  prose('first[ -]choices?', 'primary', 'first choice', 'first-choice'),
  prose('(what )?ails', 'diagnose, what is wrong with', 'ails'),
  prose('(next|former|former|previous|another) (life|lives)', 'next run, next process', 'next life'),
  prose('stor(y|ies)', 'demo, scenario, sequence', 'story', 'stories'),
  prose('(lesser|equal) evils?', 'less unhealthy, equally unhealthy', 'lesser evil', 'equal evils'),
  prose('quiet life', 'few false moves'),
  prose('(a )?stranger to', 'unknown to', 'stranger to'),
  prose(
    'luck (still )?explains',
    'the difference is not statistically significant yet',
    'luck explains',
    'luck still explains',
  ),
  prose('more than luck', 'statistically significant'),
  prose('chance (is )?[0-9.]+e-[0-9]+', 'likelihood …, limit …', 'chance 5e-8'),
  prose('struck by', 'affected by'),
  prose('(is|are|was|were) proven well', 'is proven healthy', 'is proven well'),
  prose('says why', 'publish the reason, explain'),
  prose('(this|that) does[.]', 'name the subject and what it does', 'This does.'),
  prose('looks? for itself', 'reads the state itself', 'looks for itself'),
  prose('knows it for', 'recognise it as'),
  prose('keeps? (its|their|the) hands off', 'does not change', 'keeps its hands off'),
  prose("operator's hands", 'the command interface of the operator'),
  prose('who is told that', 'a not-found answer proves that'),
];
