import { describe, expect, it } from 'vitest';
import { callsInGroup } from '../../../lib/core/judge/calls-in-group.ts';
import { callsOf } from '../../../lib/core/judge/connector-calls.ts';
import { impactOf, savedSinceChange } from '../../../lib/core/judge/impact.ts';
import { formatImpact, formatSaved, type Impact, type Saved } from '../../../lib/core/model/impact.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup } from '../../builders/group.ts';
import { inbound, judgedUntil, read, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

const policy = aPolicy();

function impactAfter(...spans: readonly Span[]): Impact | undefined {
  return impactOf(callsOf(aConnector({ inbound: read(...spans) }), judgedUntil, policy), policy);
}

/** `west` has been the primary since so many minutes before the judged time. */
function savedAfter(minutesAgo: number, east: readonly Span[], west: readonly Span[]): Saved | undefined {
  const connectors = [
    aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: read(...west) }),
    aConnector({ voiceConnectorId: 'east', inbound: read(...east) }),
  ];
  const items = connectors.map(({ voiceConnectorId }, place) => ({ voiceConnectorId, priority: place + 1 }));
  const group = aGroup({ items, updatedAt: judgedUntil - minutesAgo * minuteMs });
  return savedSinceChange(group, anObservation({ groups: [group], connectors }), policy);
}

const silent = { minutes: 20 };

describe('the impact of a fault', () => {
  it('counts what failed since the first bad minute, beyond what usually fails', () => {
    expect(impactAfter(inbound(50, 20, 0), inbound(10, 20, 10))).toEqual({
      firstBadMinuteAt: judgedUntil - 10 * minuteMs,
      countedUntil: judgedUntil,
      callsFailed: { least: 80, likely: 90, most: 99 },
      callsPerMinuteAtRisk: 20,
      lossShare: { least: 0.364, likely: 0.474, most: 0.583 },
    });
  });

  it('counts the calls at risk in the newest minutes', () => {
    expect(impactAfter(inbound(50, 20), inbound(5, 20, 10), inbound(5, 8, 4))?.callsPerMinuteAtRisk).toBe(8);
  });

  it('is not known where too few calls fail to prove a fault', () => {
    expect(impactAfter(inbound(60, 20))).toBeUndefined();
    expect(impactAfter({ minutes: 60 })).toBeUndefined();
  });
});

it('the impact of a fault is counted since the calls came back that had gone elsewhere', () => {
  const east = aConnector({
    voiceConnectorId: 'east',
    inbound: read(inbound(10, 20, 10), { minutes: 40 }, inbound(10, 20, 10)),
  });
  const west = aConnector({
    voiceConnectorId: 'west',
    region: 'us-west-2',
    inbound: read(inbound(50, 20), { minutes: 10 }),
  });
  const items = [east, west].map(({ voiceConnectorId }, place) => ({ voiceConnectorId, priority: place + 1 }));
  const observed = { ...anObservation({ connectors: [east, west] }), group: aGroup({ items }) };
  expect(impactOf(callsInGroup(east, observed, judgedUntil, policy), policy)?.callsFailed.likely).toBe(90);
  const alone = { ...observed, group: aGroup({ items: items.slice(0, 1) }) };
  expect(impactOf(callsInGroup(east, alone, judgedUntil, policy), policy)?.callsFailed.likely).toBe(180);
});

describe('what a move saved', () => {
  const longAgo = [inbound(30, 20), inbound(10, 20, 10), { minutes: 62 }];
  const failing = [inbound(30, 20), inbound(10, 20, 10), silent];

  it('is the share that was lost before, of the calls since', () => {
    const saved = savedAfter(20, failing, [{ minutes: 40 }, inbound(20, 20)]);
    expect(saved).toMatchObject({ voiceConnectorId: 'east', callsSince: 400 });
    // 47 % of the 380 calls that usually succeed.
    expect(saved?.callsSaved.likely).toBe(180);
    expect(saved?.before.callsFailed.likely).toBe(90);
  });

  it('does not count the calls that the new primary had of its own', () => {
    expect(savedAfter(20, failing, [inbound(40, 5), inbound(20, 25)])?.callsSince).toBe(400);
  });

  it('is less by the calls that fail at the new primary too', () => {
    const saved = savedAfter(20, failing, [{ minutes: 40 }, inbound(20, 20, 6)]);
    expect(saved?.callsSaved.likely).toBe(80);
  });

  it('is not less than nothing', () => {
    const saved = savedAfter(20, failing, [{ minutes: 40 }, inbound(20, 20, 20)]);
    expect(saved?.callsSaved).toEqual({ least: 0, likely: 0, most: 0 });
  });

  it.each<[string, Saved | undefined]>([
    [
      'the change left a healthy primary',
      savedAfter(20, [inbound(40, 20), silent], [{ minutes: 40 }, inbound(20, 20)]),
    ],
    ['the change is over an hour ago', savedAfter(62, longAgo, [inbound(62, 20)])],
    ['no minute since the change is complete', savedAfter(0, [inbound(50, 20), inbound(10, 20, 10)], [])],
  ])('is not known where %s', (_, saved) => {
    expect(saved).toBeUndefined();
  });
});

describe('the sentences of the ledger', () => {
  it('say since when, how many, and up to when', () => {
    const impact = impactAfter(inbound(50, 20, 0), inbound(10, 20, 10));
    expect(impact && formatImpact(impact)).toBe(
      'calls failed since 11:50 UTC, beyond the usual ones: about 90 (80 to 99), counted up to 12:00 UTC; 20 calls a minute at risk',
    );
    const saved = savedAfter(20, [inbound(30, 20), inbound(10, 20, 10), silent], [{ minutes: 40 }, inbound(20, 20)]);
    expect(saved && formatSaved(saved)).toMatch(
      /^calls saved since 11:40 UTC, if the fault went on: about 180 \(\d+ to \d+\) of 400, counted up to 12:00 UTC, at the 47.4 % lost before; calls failed before, since 11:30 UTC: about 90 \(80 to 99\)$/,
    );
  });
});
