/** Property tests of the rules in docs/architecture.md over generated observations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../lib/core/judge/judge.ts';
import type { Observation, MetricsReading } from '../../lib/core/model/observation.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import type { Move } from '../../lib/core/model/plan.ts';
import { plan } from '../../lib/core/plan/plan.ts';
import { history, inbound, judgedUntil, observedAt } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { after, isMove } from '../builders/plan.ts';
import { runs, seed } from '../builders/random.ts';
import {
  policy,
  minutesAgo,
  calls,
  extras,
  ids,
  record,
  observation,
  shuffle,
  order,
  inputFor,
  unordered,
  isSpillOver,
  asObject,
  regionNames,
} from './observations.ts';

/** By the numbers in its reason. */
function savesThirtyPercent({ kind, reason }: Move): boolean {
  const [, staying, moving] =
    /staying loses at least ([\d.]+) % of the calls, moving about ([\d.]+) %/.exec(reason) ?? [];
  return kind === 'failover' && Number(staying) - Number(moving) >= 30;
}

describe(`any observation (seed ${seed})`, () => {
  it('the decision does not depend on the sequence of the listing', () => {
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
        // Only the two tied members that the reason names may depend on the listing.
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

  it('planning again after the move holds', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, record, fc.boolean(), (seen, ofOwnChanges, isRecorded) => {
        const input = inputFor(seen, ofOwnChanges);
        const decision = plan(input);
        if (!isMove(decision)) return;
        moves += 1;
        expect(plan(after(input, decision, { updatedAt: observedAt, isRecorded })).kind).toBe('hold');
      }),
      runs(2000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('no member rises within half an hour of its demotion in the record, except where that saves 30 % of the calls', () => {
    let moves = 0;
    fc.assert(
      fc.property(observation, record, (seen, ofOwnChanges) => {
        const decision = plan(inputFor(seen, ofOwnChanges));
        if (!isMove(decision) || ofOwnChanges.kind !== 'read') return;
        moves += 1;
        if (savesThirtyPercent(decision)) return;
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

  it('the decision is the same without candidate evidence, or it requests it', () => {
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

  it('unreadable Voice Connectors are unknown, and their groups hold', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const unreadable: Observation = {
          ...seen,
          connectors: new Map(
            [...seen.connectors].map(([id, connector]) => [id, { ...connector, inbound: { kind, message: 'no' } }]),
          ),
        };
        const input = inputFor(unreadable);
        for (const verdict of [...input.verdicts.values(), ...input.regions.values()]) {
          expect(verdict.health).toBe('unknown');
        }
        expect(plan(input).kind).toBe('hold');
      }),
      runs(500),
    );
  });

  it('an unreadable Voice Connector is unhealthy only by spill-over', () => {
    fc.assert(
      fc.property(observation, fc.constantFrom('fetch-error', 'forbidden', 'partial'), (seen, kind) => {
        const id = seen.groups[0]!.items[0]?.voiceConnectorId ?? 'a';
        const unreadable = aConnector({ voiceConnectorId: id, inbound: { kind, message: 'no' } });
        const input = inputFor({ ...seen, connectors: new Map([...seen.connectors, [id, unreadable]]) });
        const verdict = input.verdicts.get(id);
        if (verdict === undefined || isSpillOver(verdict)) return;
        expect(verdict).toMatchObject({ health: 'unknown', cause: kind });
      }),
      runs(1000),
    );
  });

  /** The same minutes without the lost ones, without failed calls and without audio. */
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

  it('lost datapoints of successful calls make none unhealthy, except by spill-over', () => {
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

  it('lost datapoints of steady traffic make none unhealthy, lost for one Voice Connector or for all', () => {
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

  it('incomplete minutes do not change a verdict', () => {
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
