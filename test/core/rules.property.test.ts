/** The rules that may not be broken (docs/architecture.md), held against generated observations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../lib/core/judge/judge.ts';
import type { NeedEvidence, Plan } from '../../lib/core/model/plan.ts';
import type { Verdict } from '../../lib/core/model/verdict.ts';
import type { Observation, ChangeRecord, MetricsReading, Minute } from '../../lib/core/model/observation.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import type { PlanInput } from '../../lib/core/plan/plan-input.ts';
import { plan } from '../../lib/core/plan/plan.ts';
import { aGroup } from '../builders/group.ts';
import { history, inbound, judgedUntil, observedAt, past, readPast } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { after, someStandbySignals, aPlanInput, aRecord, isMove, unreadableRecord } from '../builders/plan.ts';
import { aPolicy } from '../builders/policy.ts';
import { runs, seed } from '../builders/random.ts';

const policy = aPolicy();
function minutesAgo(minutes: number) {
  return judgedUntil - minutes * minuteMs;
}

const calls = fc
  .record({ attempts: fc.nat(30), share: fc.constantFrom(0, 0, 0, 0.1, 0.2, 0.5, 1) })
  .map(({ attempts, share }) => ({
    InboundCallAttempts: attempts,
    InboundCallFailures: Math.round(attempts * share),
  }));
const extras = fc.record(
  {
    Throttles: fc.nat(10),
    MOSBetweenVcAndCustomer: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
    MOSBetweenVcAndRemote: fc.integer({ min: 10, max: 44 }).map((tenths) => tenths / 10),
  },
  { requiredKeys: [] },
);
/** From the newest, still incomplete minutes to beyond the hour that is read; single minutes and steady stretches. */
const stretch = fc
  .record({ from: fc.integer({ min: -1, max: 65 }), length: fc.integer({ min: 1, max: 30 }), calls, extras })
  .map(({ from, length, calls: counts, extras: others }) =>
    Array.from({ length }, (_, place): Minute => ({ startsAt: minutesAgo(from - place), ...counts, ...others })),
  );
const minutes = fc.array(stretch, { maxLength: 5 }).map((stretches) => stretches.flat());
/** A fault that goes on, without which chance would seldom bring a move about. */
const failing = fc
  .record({ length: fc.integer({ min: 2, max: 10 }), attempts: fc.integer({ min: 5, max: 30 }) })
  .map(({ length, attempts }) => history(inbound(length, attempts, attempts)));

/** What was normal, an outage in it now and then; half of the time nobody asked. */
const stretchOfPast = fc
  .record({
    hours: fc.integer({ min: 1, max: 12 }),
    attempts: fc.nat(60),
    share: fc.constantFrom(0, 0.02, 0.1, 0.3, 1),
  })
  .map(({ hours, attempts, share }) => past(hours, attempts, Math.round(attempts * share)));
const pasts = fc.option(
  fc.oneof(
    { weight: 6, arbitrary: fc.array(stretchOfPast, { maxLength: 4 }).map((stretches) => readPast(...stretches)) },
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

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
const regionNames = ['us-east-1', 'us-west-2'] as const;
const connectors = fc
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
/** Distinct priorities for the most part: a tie ends the matter before it begins. */
const priorities = fc.oneof(
  { weight: 4, arbitrary: fc.shuffledSubarray([1, 2, 3, 50, 99], { minLength: 3, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }) },
);
const group = fc
  .tuple(fc.shuffledSubarray([...ids], { maxLength: 3 }), priorities)
  .map(([members, drawn]) =>
    aGroup({ items: members.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: drawn[place] })) }),
  );
/** The monitor's own changes of the last hours, and whom it left. */
const someMinutesAgo = fc.integer({ min: 0, max: 300 }).map((ago) => observedAt - ago * minuteMs);
const record = fc.oneof(
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

const observation = fc
  .tuple(fc.array(group, { minLength: 1, maxLength: 3 }), connectors)
  .map(([groups, all]) => anObservation({ groups, connectors: all }));

function shuffle<T>(all: readonly T[], order: readonly number[]): T[] {
  return all
    .map((one, place) => ({ one, key: order[place % order.length]! * 31 + place * 17 }))
    .sort((left, right) => (left.key % 101) - (right.key % 101))
    .map(({ one }) => one);
}
const order = fc.array(fc.nat(1000), { minLength: 3, maxLength: 7 });

function inputFor(seen: Observation, ofOwnChanges: ChangeRecord = aRecord()): PlanInput {
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
/** A decision without the order in which its items and rejections are written down. */
function unordered(decision: Plan | NeedEvidence) {
  return {
    ...decision,
    ...(decision.kind === 'need-evidence' ? {} : { rejected: decision.rejected.toSorted(byId) }),
    ...(isMove(decision) ? { before: decision.before.toSorted(byId), after: decision.after.toSorted(byId) } : {}),
  };
}
/** Convicted by calls that AWS reroutes, which is no verdict on what could be read of it. */
function isSpillOver({ health, reason }: Verdict) {
  return health === 'unhealthy' && reason.endsWith('AWS is rerouting them');
}
function asObject(verdicts: ReadonlyMap<string, Verdict>) {
  return Object.fromEntries(verdicts);
}

describe(`whatever is observed (seed ${seed})`, () => {
  it('the order in which it is listed decides nothing', () => {
    fc.assert(
      fc.property(observation, order, (seen, by) => {
        const reordered: Observation = {
          ...seen,
          groups: seen.groups.map((one) => ({ ...one, items: shuffle(one.items, by) })),
          connectors: new Map(
            shuffle([...seen.connectors], by).map(([id, connector]) => {
              const shuffled = (all: MetricsReading): MetricsReading =>
                all.kind === 'read' ? { kind: 'read', minutes: shuffle(all.minutes, by) } : all;
              const { inbound: calls, history: before } = connector;
              return [
                id,
                {
                  ...connector,
                  inbound: shuffled(calls),
                  history: before === undefined ? undefined : shuffled(before),
                },
              ];
            }),
          ),
        };
        const [straight, mixed] = [inputFor(seen), inputFor(reordered)];
        expect(asObject(mixed.regions)).toEqual(asObject(straight.regions));
        expect(asObject(mixed.verdicts)).toEqual(asObject(straight.verdicts));
        const decision = plan(straight);
        // Which two of several tied members are named first is all that the listing may show in.
        if (decision.kind === 'hold' && decision.code === 'tied-priorities') {
          expect(plan(mixed)).toMatchObject({ kind: 'hold', code: 'tied-priorities' });
        } else {
          expect(unordered(plan(mixed))).toEqual(unordered(decision));
        }
        const reversed = { ...seen, groups: seen.groups.toReversed() };
        expect(asObject(judge(reversed, () => policy).regions)).toEqual(asObject(straight.regions));
      }),
      runs(2000),
    );
  });

  it('a move reorders: the same members, each once, and the same priorities', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, (seen) => {
        const decision = plan(inputFor(seen));
        if (!isMove(decision)) return;
        moves += 1;
        const membersOf = (items: typeof decision.after) => items.map(({ voiceConnectorId }) => voiceConnectorId);
        const prioritiesOf = (items: typeof decision.after) => items.map(({ priority }) => priority).toSorted();
        expect(decision.before).toEqual(seen.groups[0]!.items);
        expect(membersOf(decision.after)).toEqual(membersOf(decision.before));
        expect(prioritiesOf(decision.after)).toEqual(prioritiesOf(decision.before));
      }),
      runs(3000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('planning on the world after the plan holds', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, record, fc.boolean(), (seen, ofOwnChanges, isNoted) => {
        const input = inputFor(seen, ofOwnChanges);
        const decision = plan(input);
        if (!isMove(decision)) return;
        moves += 1;
        expect(plan(after(input, decision, { updatedAt: observedAt, isNoted })).kind).toBe('hold');
      }),
      runs(2000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('nobody rises that was left within the half hour, as far as the record tells', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, record, (seen, ofOwnChanges) => {
        const decision = plan(inputFor(seen, ofOwnChanges));
        if (!isMove(decision) || ofOwnChanges.kind !== 'read') return;
        moves += 1;
        const priorityOf = new Map(
          decision.before.map(({ voiceConnectorId, priority }) => [voiceConnectorId, priority]),
        );
        for (const { voiceConnectorId, priority } of decision.after) {
          if (priority! >= priorityOf.get(voiceConnectorId)!) continue;
          const left = ofOwnChanges.demotedAt.get(voiceConnectorId) ?? [];
          expect(left.filter((at) => observedAt - at < 30 * minuteMs)).toEqual([]);
        }
      }),
      runs(3000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('a decision is the same for who looked closer before, or it is to look closer', () => {
    fc.assert(
      fc.property(observation, record, (seen, ofOwnChanges) => {
        const input = inputFor(seen, ofOwnChanges);
        const [before, decision] = [plan({ ...input, candidateEvidence: undefined }), plan(input)];
        expect(decision.kind).not.toBe('need-evidence');
        expect(isMove(before)).toBe(false);
        if (before.kind !== 'need-evidence') expect(decision).toEqual(before);
      }),
      runs(1000),
    );
  });

  it('nothing is known of whom nobody could read, and nothing is done to a group led by one', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const blinded: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => [id, { ...connector, inbound: { kind, message: 'no' } }]),
          ),
        };
        const input = inputFor(blinded);
        for (const verdict of [...input.verdicts.values(), ...input.regions.values()]) {
          expect(verdict.health).toBe('unknown');
        }
        expect(plan(input).kind).toBe('hold');
      }),
      runs(500),
    );
  });

  it('one that could not be read is convicted by nothing but calls that left it for others', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const id = seen.groups[0]!.items[0]?.voiceConnectorId ?? 'a';
        const blinded = aConnector({ voiceConnectorId: id, inbound: { kind, message: 'no' } });
        const input = inputFor({ ...seen, connectors: new Map([...seen.connectors, [id, blinded]]) });
        const verdict = input.verdicts.get(id);
        if (verdict === undefined || isSpillOver(verdict)) return;
        expect(verdict).toMatchObject({ health: 'unknown', cause: kind });
      }),
      runs(1000),
    );
  });

  /** The same minutes without those that were lost, and without any failed call or complaint about audio. */
  const holed = (seen: Observation, lost: readonly number[]): Observation => ({
    ...seen,
    connectors: new Map(
      [...seen.connectors].map(([id, connector]) => {
        if (connector.inbound.kind !== 'read') return [id, connector];
        const kept = connector.inbound.minutes
          .filter(({ startsAt }) => !lost.includes((judgedUntil - startsAt) / minuteMs))
          .map(({ startsAt, InboundCallAttempts }) => ({ startsAt, InboundCallAttempts: InboundCallAttempts ?? 0 }));
        const history =
          connector.history?.kind === 'read'
            ? {
                kind: 'read' as const,
                minutes: connector.history.minutes.map((sum) => ({ ...sum, InboundCallFailures: 0 })),
              }
            : connector.history;
        return [id, { ...connector, inbound: { kind: 'read', minutes: kept }, history }];
      }),
    ),
  });

  it('losing datapoints of calls that all went through convicts nobody whose calls did not appear elsewhere', () => {
    fc.assert(
      fc.property(observation, fc.array(fc.nat(70)), (seen, lost) => {
        const input = inputFor(holed(seen, lost));
        for (const verdict of [...input.verdicts.values(), ...input.regions.values()]) {
          if (!isSpillOver(verdict)) expect(verdict.health).not.toBe('unhealthy');
        }
      }),
      runs(1000),
    );
  });

  it('losing datapoints of steady traffic convicts nobody, where they are one Voice Connector’s or everybody’s', () => {
    const steady = fc.record({ region: fc.constantFrom(...regionNames), attempts: fc.nat(30) });
    const holes = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 3,
    });
    const whose = fc.constantFrom(0, 1, 2, 'everybody');
    fc.assert(
      fc.property(fc.array(steady, { minLength: 2, maxLength: 3 }), whose, holes, (members, of, lost) => {
        const isLost = (ago: number) => lost.some(([from, length]) => ago <= from && ago > from - length);
        const connectors = members.map(({ region, attempts }, place) => {
          const all = history(inbound(60, attempts));
          const kept = all.filter(({ startsAt }) => !isLost((judgedUntil - startsAt) / minuteMs));
          const read = of === place || of === 'everybody' ? kept : all;
          return aConnector({ voiceConnectorId: ids[place]!, region, inbound: { kind: 'read', minutes: read } });
        });
        const input = inputFor(anObservation({ connectors }));
        for (const verdict of input.verdicts.values()) expect(verdict.health, verdict.reason).not.toBe('unhealthy');
      }),
      runs(3000),
    );
  });

  it('metrics that are not complete yet decide nothing', () => {
    fc.assert(
      fc.property(observation, fc.array(fc.tuple(fc.nat(5), calls, extras)), (seen, newer) => {
        const early: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => {
              if (connector.inbound.kind !== 'read') return [id, connector];
              const more = newer.map(([ahead, counts, others]) => ({
                startsAt: minutesAgo(-ahead),
                ...counts,
                ...others,
              }));
              return [
                id,
                { ...connector, inbound: { kind: 'read', minutes: [...connector.inbound.minutes, ...more] } },
              ];
            }),
          ),
        };
        const [before, now] = [inputFor(seen), inputFor(early)];
        expect(asObject(now.verdicts)).toEqual(asObject(before.verdicts));
        expect(asObject(now.regions)).toEqual(asObject(before.regions));
      }),
      runs(1000),
    );
  });
});

/** How much a verdict holds against a Voice Connector; too little to judge by weighs as much as a doubt. */
function gravity(verdict: Verdict): number {
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

function verdictsOn(read: readonly Minute[], before?: MetricsReading): { own: Verdict; region: Verdict } {
  const seen = anObservation({
    connectors: [aConnector({ inbound: { kind: 'read', minutes: read }, history: before })],
  });
  const { regions, verdictsOf } = judge(seen, () => policy);
  return { own: verdictsOf(seen.groups[0]!).get('east')!, region: regions.get('us-east-1')! };
}

function withFailedCall(read: readonly Minute[], at: number): Minute[] {
  const startsAt = minutesAgo(at);
  const place = read.findIndex((minute) => minute.startsAt === startsAt && minute.InboundCallAttempts !== undefined);
  const { InboundCallAttempts = 0, InboundCallFailures = 0, ...rest } = read[place] ?? { startsAt };
  const worse = {
    ...rest,
    InboundCallAttempts: InboundCallAttempts + 1,
    InboundCallFailures: Math.min(InboundCallFailures, InboundCallAttempts) + 1,
  };
  return place < 0 ? [...read, worse] : read.with(place, worse);
}

describe(`one more failed call (seed ${seed})`, () => {
  it('never makes a verdict better, and never makes one that could not be given a good one', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 60 }), pasts, (read, at, before) => {
        const [first, now] = [verdictsOn(read, before).own, verdictsOn(withFailedCall(read, at), before).own];
        const told = `${first.health} (${first.reason}) became ${now.health} (${now.reason})`;
        expect(gravity(now), told).toBeGreaterThanOrEqual(gravity(first));
      }),
      runs(6000),
    );
  });

  it('never clears a Region', () => {
    let sick = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(minutes, pasts), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (all, at) => {
          const reads = all.map(([read]) => read);
          const regionOf = (each: readonly (readonly Minute[])[]) =>
            judge(
              anObservation({
                connectors: each.map((read, place) =>
                  aConnector({
                    voiceConnectorId: ids[place]!,
                    inbound: { kind: 'read', minutes: read },
                    history: all[place]![1],
                  }),
                ),
              }),
              () => policy,
            ).regions.get('us-east-1')!;
          const before = regionOf(reads);
          if (before.health !== 'unhealthy') return;
          sick += 1;
          const now = regionOf(reads.with(0, withFailedCall(reads[0]!, at)));
          expect(now.health, `${before.reason} became ${now.reason}`).toBe('unhealthy');
        },
      ),
      runs(3000),
    );
    expect(sick).toBeGreaterThan(0);
  });
});
