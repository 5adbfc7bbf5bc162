/** The process of the packaged monitor: loads the module once, as Lambda does, and then serves one invocation at a time. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { simulatedDate } from '../../sim/lambda/simulated-date.ts';
import { invocationSchema, resultSchema, type RunReport } from './monitor-messages.ts';

const realNow = Date.now.bind(Date);
/** The simulated time is ahead of the real time by so much. */
let aheadMs = 0;
globalThis.Date = simulatedDate(Date, () => realNow() + aheadMs);

const [, , path = ''] = process.argv;
const module: unknown = await import(pathToFileURL(path).href);
const exported: unknown = Reflect.get(Object(module), 'handler');
if (typeof exported !== 'function') throw new Error(`${path} exports no handler`);
const handler = exported;
let runs = 0;

process.on('message', (message) => void serve(message));
process.send?.('ready');

async function serve(message: unknown): Promise<void> {
  const { payload, timeoutSeconds, simulatedMs } = invocationSchema.parse(message);
  aheadMs = simulatedMs - realNow();
  const deadline = realNow() + timeoutSeconds * 1000;
  runs += 1;
  const context = {
    awsRequestId: `00000000-0000-4000-a000-${String(runs).padStart(12, '0')}`,
    functionName: 'monitor',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-west-2:111122223333:function:monitor',
    memoryLimitInMB: '512',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
  const startedAt = performance.now();
  const usedBefore = process.cpuUsage();
  const { failure, groupIds } = await answerOf(async () => {
    const result: unknown = await Reflect.apply(handler, undefined, [JSON.parse(payload), context]);
    return result;
  });
  const { user, system } = process.cpuUsage(usedBefore);
  process.send?.({
    outcome: failure === undefined ? 'succeeded' : 'failed',
    message: failure ?? '',
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: peakMegabytes(),
    groupIds,
  } satisfies RunReport);
}

/** The system's other count, ru_maxrss, begins with that of the process that forked this one. Without /proc: what is in use now. */
function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss() / 1024 ** 2;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

type Answer = { readonly failure: string | undefined; readonly groupIds: string[] };

/** Serializes the answer, as Lambda does. `failure` is the message of the error that ended the run. */
async function answerOf(run: () => Promise<unknown>): Promise<Answer> {
  try {
    const result: unknown = await run();
    JSON.stringify(result);
    const groups = resultSchema.safeParse(result).data?.groups ?? [];
    return { failure: undefined, groupIds: groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), groupIds: [] };
  }
}
