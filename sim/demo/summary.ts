/** What the demo showed: the moves with their reasons, the notification, and the failed calls with and without the monitor. */
import { check, movesOf } from '../scenario/check.ts';
import type { Scenario } from '../scenario/format/body.ts';
import type { ScenarioRun } from '../scenario/run.ts';
import { tally, type Tally } from '../scenario/tally.ts';
import { clockTime } from '../scenario/transcript.ts';
import { minuteMs } from '../scenario/world.ts';
import { notificationOf } from '../notification.ts';

export type DemoSummary = { readonly isAsExpected: boolean; readonly lines: readonly string[] };

export function summarize(scenario: Scenario, run: ScenarioRun): DemoSummary {
  const unmet = check(scenario, run).filter(({ failure }) => failure !== undefined);
  return {
    isAsExpected: unmet.length === 0,
    lines: [
      ...moveLines(scenario, run),
      ...notificationLines(run),
      '',
      ...callLines(tally(run.withoutMonitor), tally(run.minutes.map(({ calls }) => calls))),
      ...unmet.map(({ what, failure }) => `NOT MET: expected ${what}; ${failure}`),
    ],
  };
}

function moveLines({ startsAt, timeline }: Scenario, run: ScenarioRun): readonly string[] {
  const fault = timeline.faults[0] ?? { from: 0, until: 0 };
  const [beginsAt, endsAt] = [startsAt + fault.from * minuteMs, startsAt + fault.until * minuteMs];
  const entries = [
    { at: beginsAt, lines: ['us-east-1 becomes unhealthy'] },
    { at: endsAt, lines: ['us-east-1 recovers'] },
    ...movesOf(run).map(({ at, kind, from, to, reason }) => {
      const [since, event] = at < endsAt ? [beginsAt, 'became unhealthy'] : [endsAt, 'recovered'];
      const delay = `${((at - since) / minuteMs).toFixed(1)} min after us-east-1 ${event}`;
      return { at, lines: [`${kind} from ${from} to ${to}, ${delay}`, `  why: ${reason}`] };
    }),
  ];
  return entries
    .sort((a, b) => a.at - b.at)
    .flatMap(({ at, lines }) => lines.map((line, place) => `${place === 0 ? clockTime(at) : '     '}  ${line}`));
}

/** The first applied change only: the notifications of later ones differ in names and times. */
function notificationLines({ minutes }: ScenarioRun): readonly string[] {
  const applied = minutes
    .flatMap(({ events }) => events)
    .find(({ detailType }) => detailType === 'Priority Change Applied');
  if (applied === undefined) return [];
  const lines = notificationOf(applied);
  return lines.length === 0
    ? []
    : ['', `The on-call person is notified at ${clockTime(applied.time)}:`, ...lines.map((line) => `  > ${line}`)];
}

function callLines(unmonitored: Tally, monitored: Tally): readonly string[] {
  const row = (label: string, count: (of: Tally) => number) =>
    `  ${label.padEnd(22)}${String(count(unmonitored)).padStart(15)}${String(count(monitored)).padStart(15)}`;
  return [
    `${'The same callers'.padEnd(24)}${'without monitor'.padStart(15)}${'with monitor'.padStart(15)}`,
    row('calls', ({ offered }) => offered),
    row('failed by the fault', ({ failedByFaults }) => failedByFaults),
    row('failed otherwise', ({ failed, failedByFaults }) => failed - failedByFaults),
    `The monitor saved ${unmonitored.failedByFaults - monitored.failedByFaults} calls in this run.`,
  ];
}
