/** The schedules of serverless.yml, for a local AWS that runs in real time. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { LocalAws } from './local-aws.ts';
import type { Invocation } from './wire/lambda.ts';

const schedules = [
  { functionName: 'monitor', everyMinutes: 1 },
  { functionName: 'sessions', everyMinutes: 5 },
  { functionName: 'preflight', everyMinutes: 30 },
  { functionName: 'operate', everyMinutes: 30 },
] as const;

const scheduledEvent = readFileSync(`${import.meta.dirname}/../events/scheduled.json`, 'utf8');

/** Invokes the functions that are due in the `minute`-th minute since the start, one after the other. */
export async function invokeDueSchedules(
  aws: Pick<LocalAws, 'clock' | 'invoke'>,
  minute: number,
  print: (line: string) => void,
): Promise<void> {
  for (const { functionName, everyMinutes } of schedules) {
    if (minute % everyMinutes !== 0) continue;
    const invocation = await aws.invoke(functionName, scheduledEvent);
    print(`${new Date(aws.clock.now()).toISOString()} ${functionName} ${resultText(invocation)}`);
  }
}

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

const groupSchema = z.object({ name: z.string(), decision: z.string(), code: z.string().optional() });
const runSchema = z.object({ groups: z.array(groupSchema) });

/** An error without its stack trace; a run's decision for each group; any other result as it is. */
function resultText({ payload, functionError }: Invocation): string {
  const value: unknown = JSON.parse(payload);
  if (functionError !== undefined) {
    const error = errorSchema.safeParse(value);
    return error.success ? `FAILED ${error.data.errorType}: ${error.data.errorMessage}` : `FAILED ${payload}`;
  }
  const run = runSchema.safeParse(value);
  if (!run.success) return payload;
  return run.data.groups
    .map(({ name, decision, code }) => `${name}: ${code === undefined ? decision : `${decision} (${code})`}`)
    .join(', ');
}
