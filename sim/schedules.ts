/** The schedules of serverless.yml, for a local AWS whose clock runs. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { scheduleMinutes } from '../lib/core/model/wake.ts';
import type { LocalAws } from './local-aws.ts';
import type { Invocation } from './wire/lambda.ts';
import type { MinuteOfWorld } from './world/minute.ts';

const otherSchedules = [
  { functionName: 'sessions', everyMinutes: 5 },
  { functionName: 'preflight', everyMinutes: 30 },
  { functionName: 'operate', everyMinutes: 30 },
] as const;

const scheduledEvent = readFileSync(`${import.meta.dirname}/../events/scheduled.json`, 'utf8');

/** Receives what happens while the schedules run. */
export interface ScheduleObserver {
  onMinutes(minutes: readonly MinuteOfWorld[]): void;
  onRun(functionName: string, invocation: Invocation): void;
  /** Once the functions that were due have run. */
  onMinuteOver?(): Promise<void>;
}

export type SchedulesOptions = {
  /** Whether the functions are invoked. */
  readonly isOn: boolean;
  readonly ended: AbortSignal;
  readonly print: (line: string) => void;
  readonly observer: ScheduleObserver;
};

/** In real time. A changed speed of the clock takes effect within this time. */
const longestPauseMs = 250;
const minuteMs = 60_000;

/** Simulates each minute when the clock has passed it, and invokes the functions that are due, until `ended`. */
export async function runSchedules(aws: LocalAws, options: SchedulesOptions): Promise<void> {
  const { isOn, ended, print, observer } = options;
  if (isOn) for (const run of await aws.runMonitor(scheduledEvent)) observer.onRun('monitor', run);
  for (let minute = 0; !ended.aborted;) {
    const minutes = aws.catchUp();
    if (minutes.length === 0) {
      await untilNextMinute(aws, ended);
      continue;
    }
    observer.onMinutes(minutes);
    minute += 1;
    if (isOn) {
      for (const { functionName, invocation } of await aws.invokeTargets()) {
        observer.onRun(functionName, invocation);
        print(lineOf(aws, functionName, invocation));
      }
      await invokeDueSchedules(aws, minute, print, observer);
    }
    await observer.onMinuteOver?.();
  }
}

async function untilNextMinute({ clock, controls }: LocalAws, ended: AbortSignal): Promise<void> {
  const leftMs = (minuteMs - (clock.now() % minuteMs)) / controls.settings.speed;
  try {
    await pause(Math.min(longestPauseMs, leftMs), undefined, { signal: ended });
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

/** Invokes the functions that are due in the `minute`-th minute since the start, one after the other. */
async function invokeDueSchedules(
  aws: Pick<LocalAws, 'clock' | 'invoke' | 'runMonitor' | 'wake'>,
  minute: number,
  print: (line: string) => void,
  observer: Pick<ScheduleObserver, 'onRun'>,
): Promise<void> {
  const schedules = [{ functionName: 'monitor', everyMinutes: scheduleMinutes[aws.wake] }, ...otherSchedules];
  for (const { functionName, everyMinutes } of schedules) {
    if (minute % everyMinutes !== 0) continue;
    const invocations =
      functionName === 'monitor'
        ? await aws.runMonitor(scheduledEvent)
        : [await aws.invoke(functionName, scheduledEvent)];
    for (const invocation of invocations) {
      observer.onRun(functionName, invocation);
      print(lineOf(aws, functionName, invocation));
    }
  }
}

function lineOf({ clock }: Pick<LocalAws, 'clock'>, functionName: string, invocation: Invocation): string {
  return `${new Date(clock.now()).toISOString()} ${functionName} ${resultText(invocation)}`;
}

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

const groupSchema = z.object({ name: z.string(), decision: z.string(), code: z.string().optional() });
const runSchema = z.object({ groups: z.array(groupSchema) });

const outcomeSchema = z.object({ outcome: z.string() });

/** An error without its stack trace; a run's decision for each group; the outcome of any other result, whose tables are long. */
function resultText({ payload, functionError }: Invocation): string {
  const value: unknown = JSON.parse(payload);
  if (functionError !== undefined) {
    const error = errorSchema.safeParse(value);
    return error.success ? `FAILED ${error.data.errorType}: ${error.data.errorMessage}` : `FAILED ${payload}`;
  }
  const run = runSchema.safeParse(value);
  if (!run.success) return outcomeSchema.safeParse(value).data?.outcome ?? payload;
  if (run.data.groups.length === 0) return 'no groups';
  return run.data.groups
    .map(({ name, decision, code }) => `${name}: ${code === undefined ? decision : `${decision} (${code})`}`)
    .join(', ');
}
