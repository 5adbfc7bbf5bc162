/** Subscribers drop events whose id they have seen: the same fact has one id whichever monitor publishes it, and two facts have two ids, in every type. */
import { describe, expect, it } from 'vitest';
import {
  auditEvent,
  drillEndedEvent,
  drillRefusedEvent,
  healthChangedEvent,
  heldEvent,
  holdChangedEvent,
  intendedEvent,
  outcomeEvent,
  overrideExpiredEvent,
  overrideUnmatchedEvent,
  runFailedEvent,
} from '../../lib/audit/event-builders.ts';
import type { DrillEnding } from '../../lib/core/drill/step.ts';
import type { Outcome } from '../../lib/core/model/outcome.ts';
import type { Move } from '../../lib/core/model/plan.ts';
import type { Verdict } from '../../lib/core/model/verdict.ts';
import { readinessOf, type CheckResult } from '../../lib/core/readiness/check.ts';
import { eventData } from '../../lib/events/data.ts';
import type { AuditEvent, DetailType, RunIdentity } from '../../lib/events/event.ts';
import type { PreflightPorts, Signals } from '../../lib/ports.ts';
import { publishReadiness } from '../../lib/preflight/publish-readiness.ts';
import { aDrill } from '../builders/drill.ts';
import { aPlanInput } from '../builders/plan.ts';

const at = Date.parse('2026-11-20T09:00:04Z');
const own: RunIdentity = {
  runId: 'turn-1',
  observedAt: at,
  policyHash: 'abc',
  codeVersion: '1.2.3+abc',
  monitorRegion: 'us-east-1',
};
/** A monitor in another Region, in another run of the same minute. */
const peer: RunIdentity = { ...own, runId: 'turn-2', monitorRegion: 'us-west-2', observedAt: at + 20_000 };
const nextMinute: RunIdentity = { ...own, runId: 'turn-3', observedAt: at + 60_000 };

const input = aPlanInput();
const [first, second] = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId) as [string, string];
function items(top: string, standby: string) {
  return [
    { voiceConnectorId: top, priority: 1 },
    { voiceConnectorId: standby, priority: 2 },
  ];
}
const west: Move = {
  kind: 'failover',
  reason: 'it fails',
  leaving: first,
  promoting: second,
  before: items(first, second),
  after: items(second, first),
  rejected: [],
};
const east: Move = { ...west, leaving: second, promoting: first, before: west.after, after: west.before };
const command = { by: 'anna', reason: 'works', forced: [] };
const ordered: Move = { ...west, kind: 'switchover', command };
const drillMove: Move = { ...west, kind: 'drill', command };

/** `repeats`: the same fact, published by two monitors or twice. `facts`: all different, as are the first of every `repeats`. */
type Facts = { readonly repeats: readonly (readonly AuditEvent[])[]; readonly facts: readonly AuditEvent[] };

/** The facts about a move, by what publishes them. */
function ofMoves(build: (identity: RunIdentity, move: Move) => AuditEvent): Facts {
  return {
    repeats: [
      [build(own, west), build(peer, { ...west, reason: 'it fails more' })],
      [build(own, drillMove), build(peer, drillMove)],
    ],
    facts: [
      build(nextMinute, west),
      build(own, east),
      build(own, { ...west, kind: 'failback' }),
      build(own, { ...west, before: [...west.before, { voiceConnectorId: 'third', priority: 3 }] }),
      // West, east, west within a minute, each an order of a person.
      build(own, ordered),
      build(peer, { ...east, kind: 'switchover', command }),
      build({ ...own, runId: 'turn-4' }, ordered),
    ],
  };
}

function ofOutcome(...outcomes: readonly [Outcome, ...Outcome[]]): Facts {
  const [outcome, ...others] = outcomes;
  const { repeats, facts } = ofMoves((identity, move) => outcomeEvent(identity, at, input, move, outcome));
  return { repeats, facts: [...facts, ...others.map((other) => outcomeEvent(own, at, input, west, other))] };
}

const hold = { kind: 'hold', code: 'cooldown', reason: 'changed 2 min ago', rejected: [] } as const;
const otherGroup = aPlanInput({ group: { ...input.group, voiceConnectorGroupId: 'other' } });
const reordered = aPlanInput({ group: { ...input.group, items: west.after } });

function ending(changes: Partial<DrillEnding>) {
  return {
    code: 'passed' as const,
    result: 'succeeded' as const,
    reason: 'ok',
    restored: true,
    calls: undefined,
    priorities: west.before,
    ...changes,
  };
}
const drill = aDrill();
const refusal = { code: 'paused', reason: 'storm' } as const;
const byAnna = { by: 'anna', reason: 'test' };
const weekly = { by: 'schedule', reason: 'every fri', isWeekly: true } as const;
function edge(before: Verdict, after: Verdict) {
  return { voiceConnectorId: first, before, after };
}
const healthy: Verdict = { health: 'healthy', reason: '' };
const unhealthy: Verdict = { health: 'unhealthy', reason: '', loss: { least: 1, likely: 1 } };
function unknown(cause: 'stale' | 'forbidden'): Verdict {
  return { health: 'unknown', cause, reason: '' };
}
const pause = { kind: 'pause', by: 'anna', reason: 'works', until: at } as const;
const problem = { doing: 'listing', message: 'no' };

/** The two events of a preflight. */
async function readinessEvents(
  identity: RunIdentity,
  failing: readonly CheckResult[],
  changes: { readonly id?: string; readonly controlRegions?: readonly string[]; readonly failedBefore?: number } = {},
): Promise<readonly AuditEvent[]> {
  const { id = 'main-line', controlRegions = ['us-east-1'], failedBefore = 0 } = changes;
  const published: AuditEvent[] = [];
  const send = (events: readonly AuditEvent[]) => {
    published.push(...events);
    return Promise.resolve([]);
  };
  const silent = () => undefined;
  const ports = {
    eventBus: { send },
    log: { info: silent, warn: silent, error: silent },
    telemetry: { publish: silent },
    clock: () => at,
  } as unknown as PreflightPorts;
  const readiness = readinessOf(failing);
  const group = { voiceConnectorGroupId: id, name: id, controlRegion: 'us-east-1', members: [], ...readiness };
  const previousReadiness = {
    kind: 'read',
    account: failedBefore,
    groups: new Map([[id, failedBefore]]),
  } as const;
  await publishReadiness(
    ports,
    identity,
    { account: readiness, groups: [group], previousReadiness, controlRegions },
    {} as Signals,
  );
  return published;
}

function failed(check: CheckResult['check']): CheckResult {
  return { check, level: 'fail', sentence: 'no', fix: 'do' };
}

async function ofReadiness(type: DetailType): Promise<Facts> {
  const only = async (...args: Parameters<typeof readinessEvents>) =>
    (await readinessEvents(...args)).filter(({ detailType }) => detailType === type);
  const different = await Promise.all([
    only(nextMinute, [failed('members')]),
    only(own, [failed('priorities')]),
    only(own, [failed('members'), failed('priorities')]),
    only(own, [failed('members')], { failedBefore: 1 }),
    only(own, []),
    only(own, [failed('members')], { id: 'side-line', controlRegions: ['us-west-2'] }),
  ]);
  const repeats = [...(await only(own, [failed('members')])), ...(await only(peer, [failed('members')]))];
  return { repeats: [repeats], facts: different.flat() };
}

function actionData(stage: 'done' | 'refused', summary: string) {
  return { stage, command: {}, summary, problems: [] };
}

function subjectOnly(type: 'Proxy Session Inventory' | 'Proxy Sessions Unsupported') {
  const data = { code: 'unsupported', reason: '', askedVoiceConnectors: 1, refusedVoiceConnectors: 1, answers: [] };
  const event = (identity: RunIdentity, ...subject: string[]) =>
    auditEvent(identity, at, type, subject, data as never) as unknown as AuditEvent;
  return {
    repeats: [[event(own, 'a', '1'), event(peer, 'a', '1')]],
    facts: [event(own, 'a', '2'), event(own, 'b', '1')],
  };
}

const facts: Readonly<Record<DetailType, Facts | Promise<Facts>>> = {
  'Priority Held': {
    repeats: [[heldEvent(own, at, input, hold), heldEvent(peer, at + 25_000, input, { ...hold, reason: '3 min ago' })]],
    facts: [
      heldEvent(nextMinute, at, input, hold),
      heldEvent(own, at, otherGroup, hold),
      heldEvent(own, at, reordered, hold),
      heldEvent(own, at, input, { ...hold, code: 'daily-limit' }),
    ],
  },
  'Hold Changed': {
    repeats: [
      [
        holdChangedEvent(own, at, input, hold, { decision: 'failover', reason: '' }),
        holdChangedEvent(peer, at, input, hold, { decision: 'failover', reason: 'other numbers' }),
      ],
    ],
    facts: [
      holdChangedEvent(own, at, input, hold, { decision: 'unknown', reason: '' }),
      holdChangedEvent(own, at, input, hold, { decision: 'hold', code: 'paused', reason: '' }),
      holdChangedEvent(own, at, otherGroup, hold, { decision: 'failover', reason: '' }),
      holdChangedEvent(nextMinute, at, input, hold, { decision: 'failover', reason: '' }),
    ],
  },
  'Connector Health Changed': {
    repeats: [
      [
        healthChangedEvent(own, at, input, edge(healthy, unhealthy)),
        healthChangedEvent(peer, at, input, edge(healthy, { ...unhealthy, reason: 'more' })),
      ],
    ],
    facts: [
      healthChangedEvent(own, at, input, edge(unhealthy, healthy)),
      healthChangedEvent(own, at, input, edge(healthy, unknown('stale'))),
      healthChangedEvent(own, at, input, edge(healthy, unknown('forbidden'))),
      healthChangedEvent(own, at, input, { ...edge(healthy, unhealthy), voiceConnectorId: second }),
      healthChangedEvent(own, at, otherGroup, edge(healthy, unhealthy)),
    ],
  },
  'Priority Change Intended': ofMoves((identity, move) => intendedEvent(identity, at, input, move)),
  'Priority Change Applied': ofOutcome({ kind: 'applied', reason: '', sentAt: 0 }),
  'Priority Change Unverified': ofOutcome({ kind: 'unverified', reason: '' }),
  'Priority Change Withheld': ofOutcome(
    { kind: 'withheld', code: 'observe-mode', reason: '' },
    { kind: 'withheld', code: 'evidence-expired', reason: '' },
  ),
  'Priority Change Rejected': ofOutcome(
    { kind: 'rejected', code: 'throttled', reason: '' },
    { kind: 'rejected', code: 'conflict', reason: '' },
  ),
  'Priority Change Blocked': ofOutcome(
    { kind: 'blocked', code: 'unreachable', reason: '' },
    { kind: 'blocked', code: 'failing', reason: '' },
  ),
  'Drill Ended': {
    repeats: [
      [
        drillEndedEvent(own, at, input, drill, ending({})),
        // Published again by the next run, after a crash.
        drillEndedEvent(nextMinute, at, input, drill, ending({ reason: 'found restored' })),
      ],
    ],
    facts: [
      drillEndedEvent(own, at, input, drill, ending({ restored: false })),
      drillEndedEvent(own, at, input, drill, ending({ code: 'stopped', result: 'interrupted' })),
      drillEndedEvent(own, at, input, { ...drill, startedAt: drill.startedAt + 1000 }, ending({})),
      drillEndedEvent(own, at, otherGroup, drill, ending({})),
    ],
  },
  'Drill Refused': {
    repeats: [
      [drillRefusedEvent(own, at, input, weekly, [refusal]), drillRefusedEvent(peer, at, input, weekly, [refusal])],
    ],
    facts: [
      // A person is refused twice within a minute.
      drillRefusedEvent(own, at, input, byAnna, [refusal]),
      drillRefusedEvent(peer, at, input, byAnna, [refusal]),
      drillRefusedEvent(own, at, input, weekly, [refusal, { code: 'cooldown', reason: '' }]),
      drillRefusedEvent(nextMinute, at, input, weekly, [refusal]),
      drillRefusedEvent(own, at, input, { by: 'schedule', reason: 'every fri' }, [refusal]),
    ],
  },
  'Override Expired': {
    // Two Regions store the same pause, and it is removed in each.
    repeats: [[overrideExpiredEvent(own, at, 'all', pause), overrideExpiredEvent(nextMinute, at, 'all', pause)]],
    facts: [
      overrideExpiredEvent(own, at, 'main-line', pause),
      overrideExpiredEvent(own, at, 'all', { ...pause, until: at + 1 }),
      overrideExpiredEvent(own, at, 'all', { ...pause, by: 'boss' }),
    ],
  },
  'Override Unmatched': {
    repeats: [],
    facts: [
      overrideUnmatchedEvent(own, at, { key: 'Main-Line', regions: [], override: pause }),
      overrideUnmatchedEvent(nextMinute, at + 60_000, { key: 'Main-Line', regions: [], override: pause }),
      overrideUnmatchedEvent(own, at, { key: 'Other', regions: [], override: pause }),
      overrideUnmatchedEvent(own, at, { key: 'Main-Line', regions: [], override: { ...pause, by: 'boss' } }),
    ],
  },
  'Operator Action': {
    repeats: [
      [
        auditEvent(own, at, 'Operator Action', [own.runId, 'done', 'x'], actionData('done', 'x')),
        auditEvent(own, at + 1, 'Operator Action', [own.runId, 'done', 'x'], actionData('done', 'x')),
      ],
    ],
    facts: [auditEvent(peer, at, 'Operator Action', [peer.runId, 'done', 'x'], actionData('done', 'x'))],
  },
  'Run Failed': {
    repeats: [[runFailedEvent(own, at, [problem]), runFailedEvent(own, at + 1, [problem])]],
    facts: [
      runFailedEvent(peer, at, [problem]),
      runFailedEvent(own, at, [problem, problem]),
      runFailedEvent(own, at, [{ ...problem, message: 'other' }]),
    ],
  },
  'Readiness Checked': ofReadiness('Readiness Checked'),
  'Account Readiness Checked': ofReadiness('Account Readiness Checked'),
  'Proxy Session Inventory': subjectOnly('Proxy Session Inventory'),
  'Proxy Sessions Unsupported': subjectOnly('Proxy Sessions Unsupported'),
};

function idsOf(events: readonly AuditEvent[]): readonly string[] {
  return events.map(({ detail }) => detail.metadata.eventId);
}

describe.each(Object.keys(eventData) as DetailType[])('The event %s', (type) => {
  it('has the same id wherever and however often the same fact is published', async () => {
    const { repeats } = await facts[type];
    for (const repeat of repeats) {
      expect(repeat.length).toBeGreaterThan(1);
      expect(new Set(repeat.map(({ detailType }) => detailType))).toEqual(new Set([type]));
      expect(new Set(idsOf(repeat)).size).toBe(1);
    }
  });

  it('has another id for every other fact', async () => {
    const { repeats, facts: others } = await facts[type];
    const ids = idsOf([...repeats.flatMap(([one]) => one ?? []), ...others]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(1);
  });
});

it('No two events of different types share an id', async () => {
  const all = await Promise.all(Object.values(facts).map(async (each) => each));
  const byType = all.map(({ facts: each }) => new Set(idsOf(each)));
  const count = byType.reduce((sum, { size }) => sum + size, 0);
  expect(new Set(byType.flatMap((ids) => [...ids])).size).toBe(count);
});
