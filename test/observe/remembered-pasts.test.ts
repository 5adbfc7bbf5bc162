/** A monitor that remembers the past of suspects decides as one that reads everything, and asks CloudWatch for less. */
import { describe, expect, it } from 'vitest';
import type { History } from '../../backtest/history.ts';
import { ReplayedMetrics } from '../../backtest/replayed-metrics.ts';
import { connectorOf, generatedHistory, type GeneratedSetting } from '../../bench/generated-history.ts';
import { slotOf } from '../../lib/core/judge/past-calls.ts';
import type { MetricsReading, VoiceConnectorObservation } from '../../lib/core/model/observation.ts';
import { decideGroup } from '../../lib/core/plan/pinned.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import type { Policy } from '../../lib/input/policy.ts';
import { observeForMonitor } from '../../lib/observe/monitor-reads.ts';
import { RememberedPasts } from '../../lib/observe/remembered-pasts.ts';
import { judgeNow, planInputOf } from '../../lib/observe/snapshot.ts';
import type { MetricsRequest } from '../../lib/ports.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';
import { aPolicy } from '../builders/policy.ts';
import { history, inbound, judgedUntil, observedAt, past, readPast } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { seed } from '../builders/random.ts';
import { portsOf } from './account.ts';

const policy = { defaults: aPolicy(), groups: new Map() } as unknown as Policy;
const never = new AbortController().signal;

/** One call in twenty to one in ten fails in three groups. */
const setting: Omit<GeneratedSetting, 'seed'> = {
  groups: 3,
  days: 1,
  daysBefore: 14,
  failureRatios: [0.05, 0.075, 0.1],
  callsPerMinute: 24,
};

type Decision = { readonly group: string; readonly decision: string; readonly health: string };

/** The runs from five in the morning, by a monitor that remembers and by one that does not. */
async function compare(recorded: History) {
  const { groups, connectors } = recorded.account;
  const observation = anObservation({
    groups: groups.map((group) => ({ ...group, updatedAt: undefined })),
    connectors: connectors.map(({ voiceConnectorId, region }) => ({
      voiceConnectorId,
      region,
      inbound: { kind: 'read', minutes: [] },
      history: undefined,
    })),
  });
  const metrics = new ReplayedMetrics(recorded);
  const requested = { remembering: 0, reading: 0 };
  let calm = requested;
  let codesRead = 0;
  const portsFor = (monitor: keyof typeof requested) => ({
    ...portsOf(observation),
    metrics: {
      read: (request: MetricsRequest) => {
        requested[monitor] += request.connectors.length * request.metrics.length;
        const areCodes = request.metrics.includes('Throttles') && !request.metrics.includes('InboundCallAttempts');
        if (areCodes) codesRead += request.connectors.length;
        return metrics.read(request);
      },
    },
  });
  const pasts = new RememberedPasts();
  const decisionsOf = async (ports: Parameters<typeof observeForMonitor>[0], at: number) => {
    const judged = judgeNow(await observeForMonitor(ports, policy, at, never), policy);
    return judged.observed.observation.groups.map((group): Decision => {
      const input = planInputOf({ policy, identity: { observedAt: at } }, judged, group);
      const primary = input.verdicts.get(group.items[0]?.voiceConnectorId ?? '');
      return { group: group.name, decision: decideGroup(input).kind, health: primary?.health ?? 'not read' };
    });
  };
  const differences: string[] = [];
  const decided = new Map<string, number>();
  let others = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    if (minute === calmMinutes) calm = { ...requested };
    const at = recorded.from + (firstMinute + minute) * minuteMs + 4000;
    const reading = await decisionsOf(portsFor('reading'), at);
    const remembering = await decisionsOf({ ...portsFor('remembering'), pasts }, at);
    for (const [place, expected] of reading.entries()) {
      const actual = remembering[place];
      decided.set(expected.decision, (decided.get(expected.decision) ?? 0) + 1);
      if (actual?.health !== expected.health) others += 1;
      const isOther =
        actual?.decision !== expected.decision || (actual.health === 'unhealthy') !== (expected.health === 'unhealthy');
      if (isOther)
        differences.push(`minute ${minute}: ${JSON.stringify(expected)}, remembering ${JSON.stringify(actual)}`);
    }
  }
  const perRun = (count: number) => count / calmMinutes / groups.length;
  return {
    differences,
    decided,
    otherVerdicts: others / minutes / groups.length,
    codesRead,
    calm: { remembering: perRun(calm.remembering), reading: perRun(calm.reading) },
  };
}

const firstMinute = 300;
const calmMinutes = 100;
const minutes = 240;

const faults: GeneratedSetting['faults'] = [
  fault(400, 430, { voiceConnectorId: connectorOf(0, 0) }, 0.12),
  fault(450, 460, { voiceConnectorId: connectorOf(1, 0) }, 0.5),
  fault(470, 510, { region: 'us-east-1' }, 0.1),
];

function fault(
  fromMinute: number,
  untilMinute: number,
  where: { readonly voiceConnectorId: string } | { readonly region: string },
  ratio: number,
): FaultSpec {
  return { fromMinute, untilMinute, where, what: { kind: 'sip-5xx', ratio } };
}

describe('a monitor that remembers the past of suspects', () => {
  it.each([
    { serverErrorShare: 1, most: 9, leastCodesRead: 0 },
    { serverErrorShare: 0.1, most: 12, leastCodesRead: 1 },
  ])(
    `decides as one that reads everything, and asks for less while nothing happens, $serverErrorShare of the usual failures not refused (seed ${seed})`,
    async ({ serverErrorShare, most, leastCodesRead }) => {
      const generated = generatedHistory({ ...setting, seed, serverErrorShare, faults });
      const { differences, decided, otherVerdicts, calm, codesRead } = await compare(generated);
      expect(differences).toEqual([]);
      expect(otherVerdicts).toBeLessThan(0.01);
      expect(decided.get('need-evidence')).toBeGreaterThan(0);
      expect(calm.reading).toBe(33);
      expect(calm.remembering).toBeLessThan(most);
      expect(codesRead).toBeGreaterThanOrEqual(leastCodesRead);
    },
  );
});

describe('the remembered pasts', () => {
  const line = (id: string, changes: Partial<VoiceConnectorObservation> = {}) =>
    aConnector({ voiceConnectorId: id, history: readPast(past(24, 50, 5)), ...changes });

  function remembered(pasts: RememberedPasts, connectors: readonly VoiceConnectorObservation[], at = observedAt) {
    const ids = new Set(connectors.map(({ voiceConnectorId }) => voiceConnectorId));
    pasts.remember(ids, anObservation({ connectors, observedAt: at }), aPolicy());
    return pasts;
  }

  const knownOf = (pasts: RememberedPasts, ids: readonly string[]) => [...pasts.of(new Set(ids)).keys()];

  it('are those of lines that were read completely', () => {
    const partial: MetricsReading = { kind: 'partial', message: 'late' };
    const lines = [
      line('east'),
      line('west', { inbound: partial }),
      line('tokyo', { history: partial }),
      line('paris', { history: undefined }),
    ];
    expect(knownOf(remembered(new RememberedPasts(), lines), ['east', 'west', 'tokyo', 'paris', 'oslo'])).toEqual([
      'east',
    ]);
  });

  it('contain the calls of the minutes and not their audio', () => {
    const minutes = history({ ...inbound(2, 10, 1), Sip4xxCodes: 1, MOSBetweenVcAndRemote: 4 });
    const pasts = remembered(new RememberedPasts(), [line('east', { inbound: { kind: 'read', minutes } })]);
    expect(pasts.of(new Set(['east'])).get('east')).toEqual({
      history: readPast(past(24, 50, 5)),
      minutes: history({ ...inbound(2, 10, 1), Sip4xxCodes: 1 }),
      slot: slotOf(judgedUntil),
    });
  });

  it('are forgotten with the half hour', () => {
    const pasts = remembered(new RememberedPasts(), [line('east')]);
    const later = remembered(pasts, [line('west')], observedAt + 29 * minuteMs);
    expect(knownOf(later, ['east', 'west'])).toEqual(['east', 'west']);
    expect(knownOf(remembered(later, [line('west')], observedAt + 30 * minuteMs), ['east', 'west'])).toEqual(['west']);
  });

  it('are at most 100, the newest ones', () => {
    const lines = Array.from({ length: 101 }, (_, place) => line(`line-${place}`));
    const ids = lines.map(({ voiceConnectorId }) => voiceConnectorId);
    expect(knownOf(remembered(new RememberedPasts(), lines), ids)).toEqual(ids.slice(1));
  });
});
