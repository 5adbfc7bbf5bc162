/**
 * npm run bench:wake: what waking the monitor by alarms delays and saves, as minutes and counts in generated faults. docs/alarm-driven.md
 * has its tables.
 */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { wakeModes, scheduleMinutes, type WakeMode } from '../lib/core/model/wake.ts';
import { LocalAws } from '../sim/local-aws.ts';
import { mainLine, twoRegions } from '../sim/two-regions.ts';
import type { ObservedRequest } from '../sim/wire/misbehaviour.ts';
import type { FaultKind } from '../sim/world/spec.ts';
import { minuteMs } from '../lib/core/model/time.ts';

const warmUpMinutes = 70;
const mostMinutes = 60;
const scheduledEvent = readFileSync('events/scheduled.json', 'utf8');

type Case = { readonly name: string; readonly callsPerMinute: number; readonly what: FaultKind };

const cases: readonly Case[] = [
  { name: 'total outage', callsPerMinute: 24, what: { kind: 'sip-5xx', ratio: 1 } },
  { name: '40 % of the calls fail', callsPerMinute: 24, what: { kind: 'sip-5xx', ratio: 0.4 } },
  { name: '10 % of the calls fail', callsPerMinute: 24, what: { kind: 'sip-5xx', ratio: 0.1 } },
  { name: 'one-way audio', callsPerMinute: 24, what: { kind: 'one-way-audio', ratio: 1 } },
  { name: 'total outage, one call a minute', callsPerMinute: 1, what: { kind: 'sip-5xx', ratio: 1 } },
];

type Played = {
  /** From the beginning of the fault to the failover; undefined if there was none. */
  readonly minutes: number | undefined;
  readonly runs: number;
  readonly metricsRead: number;
};

/** @param offset the minute of the schedule's interval in which the fault begins. @param what undefined: a quiet time */
async function play(
  wake: WakeMode,
  { callsPerMinute, what }: { readonly callsPerMinute: number; readonly what: FaultKind | undefined },
  { offset, minutes, seed }: { readonly offset: number; readonly minutes: number; readonly seed: number },
): Promise<Played> {
  const startsAt = Date.UTC(2026, 10, 20, 9, 0) - warmUpMinutes * minuteMs;
  const fault = { fromMinute: warmUpMinutes + offset, untilMinute: Number.MAX_SAFE_INTEGER };
  const faults = what === undefined ? [] : [{ ...fault, where: { region: 'us-east-1' }, what }];
  const world = twoRegions(seed, startsAt, faults);
  const groups = world.groups.map((group) => ({ ...group, callsPerMinute }));
  const folder = mkdtempSync(join(tmpdir(), 'wake-'));
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(policyFile, 'version: 1\ndefaults: { mode: enforce }\n');
  const aws = await LocalAws.start({
    world: { ...world, groups },
    groups: [{ ...mainLine, createdAt: startsAt - 86_400_000 }],
    policyFile,
    speed: 0,
    pauses: 'skipped',
    wake,
  });
  try {
    aws.simulateUntil(startsAt + warmUpMinutes * minuteMs);
    aws.account.takeInvocations();
    const metricsRead = countMetrics(aws);
    let runs = 0;
    for (let minute = 1; minute <= minutes; minute += 1) {
      aws.simulateUntil(startsAt + (warmUpMinutes + minute) * minuteMs + 4000);
      runs += (await aws.invokeTargets()).length;
      if (minute % scheduleMinutes[wake] === 0) {
        await aws.invoke('monitor', scheduledEvent);
        runs += 1;
      }
      if (what !== undefined && isMoved(aws)) return { minutes: minute - offset, runs, metricsRead: metricsRead() };
    }
    return { minutes: undefined, runs, metricsRead: metricsRead() };
  } finally {
    await aws.close();
    rmSync(folder, { recursive: true });
  }
}

function isMoved({ account }: LocalAws): boolean {
  const items = account.routedGroups()[0]?.items ?? [];
  return items.find(({ voiceConnectorId }) => voiceConnectorId === 'vc-west')?.priority === 1;
}

/** CloudWatch bills the metrics of a request, whatever the number of requests. */
function countMetrics({ server }: LocalAws): () => number {
  let count = 0;
  const when = ({ operation, input }: ObservedRequest): boolean => {
    if (operation === 'GetMetricData') count += queriesSchema.parse(input).MetricDataQueries.length;
    return false;
  };
  // The first rule is asked about every request, and this one never applies.
  server.misbehave({ when, effect: { kind: 'latency', ms: 0 } });
  return () => count;
}

const queriesSchema = z.object({ MetricDataQueries: z.array(z.unknown()) });

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

const offsets = [10, 11, 12, 13, 14];

async function printDelays(): Promise<void> {
  console.log(row(['fault', 'schedule: minutes', 'alarms: minutes, beginning in each minute of the interval']));
  for (const each of cases) {
    const found: Record<WakeMode, (number | undefined)[]> = { schedule: [], alarms: [] };
    for (const wake of wakeModes) {
      for (const offset of offsets) {
        const { minutes } = await play(wake, each, { offset, minutes: offset + mostMinutes, seed: 1 });
        found[wake].push(minutes);
      }
    }
    console.log(
      row([each.name, found.schedule.map(formatMinutes).join(' '), found.alarms.map(formatMinutes).join(' ')]),
    );
  }
}

function formatMinutes(minutes: number | undefined): string {
  return minutes === undefined ? 'none' : String(minutes);
}

/** A quiet line wakes the monitor now and then by chance. */
async function printQuietRuns(): Promise<void> {
  const minutes = 12 * 60;
  for (const callsPerMinute of [1, 24]) {
    const { runs, metricsRead: metrics } = await play(
      'alarms',
      { callsPerMinute, what: undefined },
      { offset: 0, minutes, seed: 3 },
    );
    console.log(`quiet, ${callsPerMinute} calls a minute, ${minutes} minutes: ${runs} runs, ${metrics} metrics read`);
  }
}

await printDelays();
await printQuietRuns();
