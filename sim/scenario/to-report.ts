/** A simulated scenario as a report: what happened with the monitor, beside the same callers without one. */
import * as z from 'zod';
import type { Fact, GroupReport, Health, Report, Stretch } from '../../lib/report/report.ts';
import { healths } from '../../lib/report/report.ts';
import { callsFailedByFaults, type GroupMinute, type MinuteOfWorld } from '../world/minute.ts';
import { movesOf, type CheckResult } from './check.ts';
import type { Scenario } from './format/body.ts';
import type { ScenarioRun, SimulatedMinute } from './run.ts';
import { callsSaved, tally } from './tally.ts';
import { timelineTextOf } from './timeline-text.ts';
import { appliedMove, type Decision } from './turn.ts';
import { minuteMs } from './world.ts';

export function scenarioReport(scenario: Scenario, run: ScenarioRun, results: readonly CheckResult[]): Report {
  const { startsAt, minutes, name, seed, title, shows } = scenario;
  return {
    from: startsAt,
    until: startsAt + minutes * minuteMs,
    title: `${name}: ${title}`,
    subtitle: `${shows.trim()} Simulated calls, seed ${seed}.`,
    facts: factsOf(run, results),
    groups: scenario.groups.map((group) => groupReport(group, scenario, run)),
    notes: {
      title: 'What the scenario expects',
      texts: results.map(({ what, failure }) =>
        failure === undefined ? `met: ${what}` : `NOT met: ${what}: ${failure}`,
      ),
    },
  };
}

function factsOf(run: ScenarioRun, results: readonly CheckResult[]): readonly Fact[] {
  const [monitored, unmonitored] = [tally(run.minutes.map(({ calls }) => calls)), tally(run.withoutMonitor)];
  const writes = run.minutes.reduce((sum, minute) => sum + minute.writes, 0);
  const met = results.filter(({ failure }) => failure === undefined).length;
  return [
    { label: 'calls', value: String(monitored.offered) },
    {
      label: 'lost to faults',
      value: String(monitored.failedByFaults),
      note: `${monitored.failed} failed for any reason`,
    },
    { label: 'lost without the monitor', value: String(unmonitored.failedByFaults) },
    { label: 'calls saved', value: String(callsSaved(run)) },
    { label: 'writes', value: String(writes), note: 'UpdateVoiceConnectorGroup requests' },
    { label: 'expectations met', value: `${met} of ${results.length}` },
  ];
}

function groupReport(
  { id, name = id, members }: Scenario['groups'][number],
  scenario: Scenario,
  run: ScenarioRun,
): GroupReport {
  const regionOf = new Map(run.minutes[0]?.calls.connectors.map((each) => [each.voiceConnectorId, each.region]));
  const inGroup = run.minutes.map((minute) => ({ minute, decision: decisionOn(minute, id) }));
  const ids = members.map((member) => member.id);
  return {
    name,
    id,
    facts: drillsOf(id, run),
    courses: [
      {
        name: 'with the monitor',
        primary: primaries(inGroup),
        failed: failedIn(
          run.minutes.map(({ calls }) => calls),
          id,
        ),
        isAssumed: false,
      },
      {
        name: 'without a monitor',
        primary: carriers(run, scenario, ids),
        failed: failedIn(run.withoutMonitor, id),
        isAssumed: false,
      },
    ],
    offered: run.minutes.map(({ calls }) => countsOf(calls, id)?.callsOffered ?? 0),
    members: ids.map((member) => ({
      id: member,
      region: regionOf.get(member) ?? '',
      health: stretches(inGroup.map(({ minute, decision }) => [minute.at, healthOf(decision, member)])),
    })),
    moves: movesOf(run)
      .filter(({ group }) => group === id)
      .map(({ at, kind, from, to, reason }) => ({
        at,
        course: 'with the monitor',
        title: `${kind} from ${from} to ${to}`,
        reason,
        result: 'applied',
      })),
    held: heldOn(inGroup),
    events: eventsOn(id, scenario, run),
  };
}

type InMinute = { readonly minute: SimulatedMinute; readonly decision: Decision | undefined };

/** The last one, where an operator's command was decided in the same minute. */
function decisionOn({ turns }: SimulatedMinute, group: string): Decision | undefined {
  return turns.flatMap(({ decisions }) => decisions).findLast((each) => each.voiceConnectorGroupId === group);
}

function countsOf({ groups }: MinuteOfWorld, id: string): GroupMinute | undefined {
  return groups.find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === id);
}

/** Calls lost to faults: the others fail with and without a monitor. */
function failedIn(minutes: readonly MinuteOfWorld[], id: string): readonly number[] {
  return minutes.map((minute) => {
    const counts = countsOf(minute, id);
    return counts === undefined ? 0 : callsFailedByFaults(counts);
  });
}

/** By the decisions; while no monitor decides, nothing is known to have changed. */
function primaries(all: readonly InMinute[]): readonly Stretch<string>[] {
  let last = all.flatMap(({ decision }) => decision?.connectors[0]?.voiceConnectorId ?? [])[0] ?? 'unknown';
  return stretches(
    all.map(({ minute, decision }) => {
      last = (decision && appliedMove(decision)?.to) ?? decision?.connectors[0]?.voiceConnectorId ?? last;
      return [minute.at, last];
    }),
  );
}

/** Without a monitor nothing shows the order: the member with most calls has them. */
function carriers(
  { withoutMonitor }: ScenarioRun,
  { startsAt }: Scenario,
  members: readonly string[],
): readonly Stretch<string>[] {
  let last = members[0] ?? 'unknown';
  return stretches(
    withoutMonitor.map(({ connectors }, place) => {
      const own = connectors.filter((each) => members.includes(each.voiceConnectorId));
      const most = Math.max(0, ...own.map((each) => each.inboundCallAttempts));
      if (most > 0) last = own.find((each) => each.inboundCallAttempts === most)?.voiceConnectorId ?? last;
      return [startsAt + place * minuteMs, last];
    }),
  );
}

function healthOf(decision: Decision | undefined, member: string): Health {
  const verdict = decision?.connectors.find(({ voiceConnectorId }) => voiceConnectorId === member)?.verdict;
  return healths.find((health) => health === verdict?.health) ?? 'not read';
}

function heldOn(all: readonly InMinute[]): GroupReport['held'] {
  const minutes = all.flatMap(({ minute, decision }) => {
    const [primary] = decision?.connectors ?? [];
    const isHeld = decision?.decision === 'hold' && primary?.verdict?.health === 'unhealthy';
    return isHeld ? [[minute.at, decision.code ?? 'hold', decision.reason] as const] : [];
  });
  return stretches(minutes.map(([at, code]) => [at, code])).map((stretch) => ({
    from: stretch.from,
    until: stretch.until,
    title: stretch.value,
    reason: minutes.find(([at]) => at === stretch.from)?.[2] ?? '',
    note: '',
  }));
}

const drillEnded = z.object({
  voiceConnectorGroupId: z.string(),
  result: z.string(),
  code: z.string(),
  reason: z.string(),
});

function drillsOf(group: string, { minutes }: ScenarioRun): readonly Fact[] {
  return minutes.flatMap(({ events }) =>
    events.flatMap(({ detailType, detail }) => {
      const { data } = z.object({ data: drillEnded }).safeParse(detail).data ?? {};
      if (detailType !== 'Drill Ended' || data?.voiceConnectorGroupId !== group) return [];
      return { label: 'drill', value: data.result, note: data.reason };
    }),
  );
}

/** What an event says in one line; the first that fits. */
const eventText = z.union([
  drillEnded.transform(({ result, code, reason }) => `${result} (${code}): ${reason}`),
  z
    .object({ voiceConnectorId: z.string(), after: z.object({ health: z.string(), reason: z.string() }) })
    .transform(({ voiceConnectorId, after }) => `${voiceConnectorId} ${after.health}: ${after.reason}`),
  z
    .object({ refusals: z.array(z.object({ code: z.string(), reason: z.string() })) })
    .transform(({ refusals }) => refusals.map(({ code, reason }) => `${code}: ${reason}`).join('; ')),
  z.object({ reason: z.string() }).transform(({ reason }) => reason),
  z.object({ summary: z.string() }).transform(({ summary }) => summary),
]);
const detailSchema = z.object({ data: eventText });

function eventsOn(group: string, scenario: Scenario, run: ScenarioRun): GroupReport['events'] {
  const timeline = timelineTextOf(scenario);
  return run.minutes.flatMap(({ minute, at, turnAt, events }) => [
    ...timeline(minute).map((text) => ({ at, title: 'scenario', text })),
    ...events
      .filter(({ detail }) => scenario.groups.length === 1 || JSON.stringify(detail).includes(`"${group}"`))
      .map(({ detailType, detail }) => ({
        at: turnAt,
        title: detailType,
        text: detailSchema.safeParse(detail).data?.data ?? '',
      })),
  ]);
}

/** Each value holds for the minute that begins at its time. */
function stretches<Value>(values: readonly (readonly [at: number, value: Value])[]): readonly Stretch<Value>[] {
  const all: Stretch<Value>[] = [];
  for (const [at, value] of values) {
    const last = all.at(-1);
    const until = at + minuteMs;
    if (last?.until === at && last.value === value) all[all.length - 1] = { ...last, until };
    else all.push({ from: at, until, value });
  }
  return all;
}
