/** Arbitrary observations for property tests, and the plan input derived from them. */
import fc from 'fast-check';
import { judge } from '../../lib/core/judge/judge.ts';
import type { NeedEvidence, Plan } from '../../lib/core/model/plan.ts';
import type { Verdict } from '../../lib/core/model/verdict.ts';
import type { Observation, ChangeRecord, MetricsReading, Minute } from '../../lib/core/model/observation.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import type { PlanInput } from '../../lib/core/plan/plan-input.ts';
import { aGroup } from '../builders/group.ts';
import { history, inbound, judgedUntil, observedAt, past, readPast } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { someStandbySignals, aRecord, isMove, unreadableRecord, aPlanInput } from '../builders/plan.ts';
import { aPolicy } from '../builders/policy.ts';

export const policy = aPolicy();
export function minutesAgo(minutes: number) {
  return judgedUntil - minutes * minuteMs;
}

/** A share above 1: AWS stamped failures in a later minute than their attempts. */
export const calls = fc
  .record({ attempts: fc.nat(30), share: fc.constantFrom(0, 0, 0, 0.1, 0.2, 0.5, 1, 1.5) })
  .map(({ attempts, share }) => ({
    InboundCallAttempts: attempts,
    InboundCallFailures: Math.round(attempts * share),
  }));
export const extras = fc.record(
  {
    Throttles: fc.nat(10),
    MOSBetweenVcAndCustomer: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
    MOSBetweenVcAndRemote: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
  },
  { requiredKeys: [] },
);
/**
 * What is read of a suspect in addition. Codes need not fit the failures, because AWS may stamp them later; but no more calls are answered
 * than attempted, or one more failed call would be an answered one.
 */
const detail = fc.record({
  answeredShare: fc.constantFrom(0, 0, 0.5, 0.9, 1),
  InboundCallsActive: fc.nat(40),
  OutboundCallsActive: fc.nat(10),
  OutboundCallAttempts: fc.nat(10),
  OutboundCallFailures: fc.constantFrom(0, 0, 1, 5),
  Sip4xxCodes: fc.constantFrom(0, 0, 1, 3, 15, 30),
  Sip6xxCodes: fc.constantFrom(0, 0, 0, 2),
});
/** From incomplete minutes to beyond the hour that is read, or the four hours of a suspect; single minutes and longer stretches. */
const stretch = fc
  .record({ from: fc.integer({ min: -1, max: 65 }), length: fc.integer({ min: 1, max: 30 }), calls, extras })
  .map(({ from, length, calls: counts, extras: others }) =>
    Array.from({ length }, (_, place): Minute => ({ startsAt: minutesAgo(from - place), ...counts, ...others })),
  );
const detailedStretch = fc
  .record({
    from: fc.integer({ min: -1, max: 250 }),
    length: fc.integer({ min: 1, max: 120 }),
    calls,
    extras,
    detail: fc.option(detail, { nil: undefined, freq: 3 }),
  })
  .map(({ from, length, calls: counts, extras: others, detail: more }) => {
    const all = { ...counts, ...others, ...(more === undefined ? {} : withAnswers(counts.InboundCallAttempts, more)) };
    return Array.from({ length }, (_, place): Minute => ({ startsAt: minutesAgo(from - place), ...all }));
  });
function withAnswers<T>(attempts: number, { answeredShare, ...rest }: T & { readonly answeredShare: number }) {
  return { ...rest, InboundCallsAnswered: Math.floor(attempts * answeredShare) };
}
export const minutes = fc
  .oneof(
    { weight: 2, arbitrary: fc.array(stretch, { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(fc.oneof(stretch, detailedStretch), { maxLength: 5 }) },
  )
  .map((stretches) => stretches.flat());
/** A fault in progress, without which few random observations would lead to a move. */
const failing = fc
  .record({ length: fc.integer({ min: 2, max: 10 }), attempts: fc.integer({ min: 5, max: 30 }) })
  .map(({ length, attempts }) => history(inbound(length, attempts, attempts)));

/** A fault, and successful calls after it: about as many as show that it is over. */
export const recovering = fc
  .record({
    before: fc.integer({ min: 0, max: 30 }),
    usual: fc.integer({ min: 1, max: 10 }),
    length: fc.integer({ min: 1, max: 12 }),
    attempts: fc.integer({ min: 1, max: 20 }),
    share: fc.constantFrom(0.2, 0.5, 0.8, 1),
    after: fc.integer({ min: 1, max: 4 }),
    good: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ before, usual, length, attempts, share, after, good }) =>
    history(inbound(before, usual), inbound(length, attempts, Math.round(attempts * share)), inbound(after, good)),
  );

/** A history of half hours, some with an outage; undefined in half of the cases. */
const stretchOfPast = fc
  .record({
    hours: fc.integer({ min: 1, max: 12 }),
    attempts: fc.nat(60),
    share: fc.constantFrom(0, 0.02, 0.1, 0.3, 1),
  })
  .map(({ hours, attempts, share }) => past(hours, attempts, Math.round(attempts * share)));
/** Up to 15 days that are alike, before the stretches of the last day; in some, the callers refuse most of the failed calls. */
const days = fc
  .record({
    count: fc.integer({ min: 1, max: 15 }),
    day: fc.array(stretchOfPast, { minLength: 1, maxLength: 3 }),
    today: fc.array(stretchOfPast, { maxLength: 2 }),
    refusedShare: fc.constantFrom(0, 0.5, 1),
  })
  .map(({ count, day, today, refusedShare }): MetricsReading => {
    const rest = 24 - day.reduce((sum, { hours }) => sum + hours, 0);
    const whole = rest > 0 ? [...day, past(rest, 10)] : day;
    const all = readPast(...Array.from({ length: count }, () => whole).flat(), ...today);
    if (refusedShare === 0 || all.kind !== 'read') return all;
    const refusals = (failures = 0) => ({ Sip4xxCodes: Math.round(failures * refusedShare) });
    return { ...all, minutes: all.minutes.map((half) => ({ ...half, ...refusals(half.InboundCallFailures) })) };
  });
export const pasts = fc.option(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(stretchOfPast, { maxLength: 4 }).map((stretches) => readPast(...stretches)) },
    { weight: 3, arbitrary: days },
    { weight: 1, arbitrary: fc.constant({ kind: 'partial', message: 'some' } as const) },
  ),
  { nil: undefined, freq: 1 },
);

const reading = fc.oneof(
  { weight: 8, arbitrary: minutes.map((read) => ({ kind: 'read' as const, minutes: read })) },
  { weight: 3, arbitrary: failing.map((read) => ({ kind: 'read' as const, minutes: read })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('fetch-error', 'forbidden', 'partial'), fc.constantFrom('no', 'not today'))
      .map(([kind, message]) => ({ kind, message })),
  },
);

export const ids = ['a', 'b', 'c', 'd', 'e'] as const;
export const regionNames = ['us-east-1', 'us-west-2'] as const;
export const connectors = fc
  .array(
    fc.record({
      region: fc.option(fc.constantFrom(...regionNames), { nil: undefined, freq: 20 }),
      inbound: reading,
      history: pasts,
    }),
    {
      minLength: 1,
      size: 'max',
      maxLength: ids.length,
    },
  )
  .map((all) => all.map((connector, place) => aConnector({ voiceConnectorId: ids[place]!, ...connector })));
/** Mostly distinct priorities, because a tie always holds. */
export const priorities = fc.oneof(
  { weight: 4, arbitrary: fc.shuffledSubarray([1, 2, 3, 50, 99], { minLength: 3, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }) },
);
export const group = fc
  .tuple(fc.shuffledSubarray([...ids], { maxLength: 3 }), priorities)
  .map(([members, drawn]) =>
    aGroup({ items: members.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: drawn[place] })) }),
  );
/** The monitor's own changes of the last hours, and the demoted primaries. */
const someMinutesAgo = fc.integer({ min: 0, max: 300 }).map((ago) => observedAt - ago * minuteMs);
export const record = fc.oneof(
  { weight: 1, arbitrary: fc.constant(unreadableRecord) },
  { weight: 2, arbitrary: fc.constant(aRecord()) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        changedAt: fc.array(someMinutesAgo, { maxLength: 4 }),
        demotedAt: fc.dictionary(fc.constantFrom(...ids), fc.array(someMinutesAgo, { maxLength: 3 })),
      })
      .map(aRecord),
  },
);

export const observation = fc
  .tuple(fc.array(group, { minLength: 1, maxLength: 3 }), connectors)
  .map(([groups, all]) => anObservation({ groups, connectors: all }));

export function shuffle<T>(all: readonly T[], order: readonly number[]): T[] {
  return all
    .map((one, place) => ({ one, key: order[place % order.length]! * 31 + place * 17 }))
    .sort((left, right) => (left.key % 101) - (right.key % 101))
    .map(({ one }) => one);
}
export const order = fc.array(fc.nat(1000), { minLength: 3, maxLength: 7 });

export function inputFor(seen: Observation, ofOwnChanges: ChangeRecord = aRecord()): PlanInput {
  const chosen = seen.groups[0]!;
  const { regions, verdictsOf } = judge(seen, () => policy);
  return {
    ...aPlanInput({ group: chosen, policy: aPolicy({ failback: 'auto', preferredOrder: ['c', 'a'] }) }),
    connectorRegions: new Map(
      [...seen.connectors].flatMap(([id, { region }]): [string, string][] =>
        region === undefined ? [] : [[id, region]],
      ),
    ),
    regions,
    verdicts: verdictsOf(chosen),
    candidateEvidence: {
      standbySignals: new Map(ids.map((id) => [id, someStandbySignals()])),
      changeRecord: ofOwnChanges,
    },
  };
}

function byId(left: { voiceConnectorId: string }, right: { voiceConnectorId: string }) {
  return left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;
}
/** A decision without the sequence of its items and rejections. */
export function unordered(decision: Plan | NeedEvidence) {
  return {
    ...decision,
    ...(decision.kind === 'need-evidence' ? {} : { rejected: decision.rejected.toSorted(byId) }),
    ...(isMove(decision) ? { before: decision.before.toSorted(byId), after: decision.after.toSorted(byId) } : {}),
  };
}
/** Unhealthy by spill-over, which does not depend on the Voice Connector's own metrics. */
export function isSpillOver({ health, reason }: Verdict) {
  return health === 'unhealthy' && reason.endsWith('AWS is rerouting them');
}
export function asObject(verdicts: ReadonlyMap<string, Verdict>) {
  return Object.fromEntries(verdicts);
}

/** The severity of a verdict; all unknown verdicts are equal. */
export function gravity(verdict: Verdict): number {
  switch (verdict.health) {
    case 'healthy':
      return 0;
    case 'unknown':
      return 1;
    case 'degraded':
      return 2;
    case 'unhealthy':
      return 3;
    default:
      return verdict satisfies never;
  }
}

export function verdictsOn(read: readonly Minute[], before?: MetricsReading): { own: Verdict; region: Verdict } {
  const seen = anObservation({
    connectors: [aConnector({ inbound: { kind: 'read', minutes: read }, history: before })],
  });
  const { regions, verdictsOf } = judge(seen, () => policy);
  return { own: verdictsOf(seen.groups[0]!).get('east')!, region: regions.get('us-east-1')! };
}

export function withFailedCall(read: readonly Minute[], at: number): Minute[] {
  const startsAt = minutesAgo(at);
  const place = read.findIndex((minute) => minute.startsAt === startsAt && minute.InboundCallAttempts !== undefined);
  const { InboundCallAttempts = 0, InboundCallFailures = 0, ...rest } = read[place] ?? { startsAt };
  const worse = { ...rest, InboundCallAttempts: InboundCallAttempts + 1, InboundCallFailures: InboundCallFailures + 1 };
  return place < 0 ? [...read, worse] : read.with(place, worse);
}
