/** How the CPU time of the pure core grows: judging an account and planning its groups, without AWS. */
import { judge } from '../../lib/core/judge/judge.ts';
import { historyDays, slotMinutes, slotMs, slotsPerDay } from '../../lib/core/judge/past-calls.ts';
import type { VoiceConnectorGroup } from '../../lib/core/model/group.ts';
import type { Minute, Observation, VoiceConnectorObservation } from '../../lib/core/model/observation.ts';
import { plan } from '../../lib/core/plan/plan.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { policyOf } from '../../lib/input/policy.ts';
import { streamsFor } from '../../sim/world/random.ts';
import { ratio, type Finding, type Progress } from './findings.ts';
import { callsIn, groupId, metricsOf } from './lines.ts';
import type { Options } from './options.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

const observedAt = Date.UTC(2026, 10, 20, 9, 0, 30);
const policy = parsePolicy('version: 1\ndefaults: { mode: enforce }', 'the benchmark');
const leastCpuMs = 400;

type Size = {
  readonly groups: number;
  readonly connectors: number;
  /** Of each Voice Connector. */
  readonly minutes: number;
  /** Whether each has its fortnight too, as if all were suspects. */
  readonly hasHistory: boolean;
};

type Growth = { readonly what: string; readonly sizes: readonly (readonly [label: number, size: Size])[] };

function growths({ scale }: Options): readonly Growth[] {
  const few = scale.coreGroups[0] ?? 100;
  const healthy = { connectors: 3, minutes: 60, hasHistory: false };
  const suspects = { connectors: 3, minutes: 240, hasHistory: true };
  return [
    { what: 'groups, an hour each', sizes: scale.coreGroups.map((groups) => [groups, { ...healthy, groups }]) },
    {
      what: 'groups, all of them suspects',
      sizes: scale.coreGroups.map((groups) => [groups, { ...suspects, groups }]),
    },
    {
      what: 'Voice Connectors a group',
      sizes: [3, 6, 12].map((connectors) => [connectors, { ...healthy, connectors, groups: few }]),
    },
    {
      what: 'minutes of a suspect',
      sizes: [60, 120, 240].map((minutes) => [minutes, { ...suspects, minutes, groups: few }]),
    },
  ];
}

export function coreGrowth(options: Options, _: string, progress: Progress): Promise<Finding> {
  // Compiles the code, which the first size would otherwise pay for.
  cpuMsOf({ groups: 100, connectors: 3, minutes: 240, hasHistory: true }, options.seed);
  const rows = growths(options).flatMap(({ what, sizes }) => {
    const measured = sizes.map(([label, size]) => ({ label, cpuMs: cpuMsOf(size, options.seed) }));
    progress(`core: ${what}`);
    return measured.map(({ label, cpuMs }, index) => {
      const before = measured[index - 1];
      const doublings = before === undefined ? Number.NaN : Math.log2(label / before.label);
      return { what, label, cpuMs, perDoubling: (cpuMs / (before?.cpuMs ?? Number.NaN)) ** (1 / doublings) };
    });
  });
  return Promise.resolve({
    title: 'CPU time of the core',
    meaning: `Judging all groups and planning each; the mean over accounts until ${leastCpuMs} ms are used. The ratio is per doubling of the size: 2 is linear, 4 is quadratic.`,
    head: ['what grows', 'to', 'CPU', 'ratio'],
    rows: rows.map(({ what, label, cpuMs, perDoubling }) => [
      what,
      String(label),
      `${cpuMs.toFixed(1)} ms`,
      ratio(perDoubling),
    ]),
    data: rows,
  });
}

/**
 * The mean over as many accounts as it takes: a system may count CPU time in steps of 4 ms, and what the core remembers of one account
 * must not help it again.
 */
function cpuMsOf(size: Size, seed: number): number {
  let totalMs = 0;
  let accounts = 0;
  for (; totalMs < leastCpuMs; accounts += 1) {
    const account = accountOf(size, seed + accounts);
    const before = process.threadCpuUsage();
    decide(account);
    const { user, system } = process.threadCpuUsage(before);
    totalMs += (user + system) / 1000;
  }
  return totalMs / accounts;
}

function decide({ observation, connectorRegions }: SimulatedAccount): void {
  const { regions, verdictsOf } = judge(observation, policyOf(policy));
  for (const group of observation.groups) {
    plan({
      observedAt,
      group,
      connectorRegions,
      verdicts: verdictsOf(group),
      regions,
      override: { kind: 'none' },
      candidateEvidence: undefined,
      carriedBeforeChange: undefined,
      policy: policyOf(policy)(group),
    });
  }
}

type SimulatedAccount = {
  readonly observation: Observation;
  readonly connectorRegions: ReadonlyMap<string, string>;
};

function accountOf({ groups: count, connectors, minutes, hasHistory }: Size, seed: number): SimulatedAccount {
  const groups: VoiceConnectorGroup[] = [];
  const observed = new Map<string, VoiceConnectorObservation>();
  for (let group = 0; group < count; group += 1) {
    const ids = Array.from({ length: connectors }, (_, place) => `${groupId(group)}-${place}`);
    groups.push({
      voiceConnectorGroupId: groupId(group),
      name: groupId(group),
      items: ids.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: place + 1 })),
      callDistributionType: 'PriorityWeightedDistribution',
      controlRegion: 'us-east-1',
      createdAt: observedAt - 24 * 60 * minuteMs,
      updatedAt: observedAt - 24 * 60 * minuteMs,
    });
    ids.forEach((voiceConnectorId, place) => {
      const calls = { callsPerMinute: place === 0 ? 24 : 0, luck: streamsFor(seed, 'core', voiceConnectorId)(0) };
      const now = Math.floor(observedAt / minuteMs) * minuteMs;
      const slots = historyDays * slotsPerDay;
      const slotsEnd = Math.floor(observedAt / slotMs) * slotMs;
      observed.set(voiceConnectorId, {
        voiceConnectorId,
        region: place % 2 === 0 ? 'us-east-1' : 'us-west-2',
        inbound: { kind: 'read', minutes: readingOf(now - (minutes + 1) * minuteMs, minutes, 1, calls) },
        history: hasHistory
          ? { kind: 'read', minutes: readingOf(slotsEnd - slots * slotMs, slots, slotMinutes, calls) }
          : undefined,
      });
    });
  }
  const connectorRegions = new Map([...observed].map(([id, { region = '' }]) => [id, region]));
  return { observation: { observedAt, groups, connectors: observed }, connectorRegions };
}

type Line = { readonly callsPerMinute: number; readonly luck: Parameters<typeof callsIn>[3] };

function readingOf(from: number, count: number, stepMinutes: number, { callsPerMinute, luck }: Line): Minute[] {
  return Array.from({ length: count }, (_, step) => {
    const calls = callsIn(callsPerMinute * stepMinutes, stepMinutes, 0.01, luck);
    return { startsAt: from + step * stepMinutes * minuteMs, ...metricsOf(calls) };
  });
}
