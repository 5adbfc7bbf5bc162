import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { SimClock } from '../clock.ts';
import { installLambdaConsole } from './lambda-console.ts';
import type { Invocation, ReportedError, WorkerReport, WorkerStart } from './messages.ts';
import { reportedError, reportedLoadError } from './reported-error.ts';
import { simulatedDate } from './simulated-date.ts';
import { SkippedPauses } from './skipped-pauses.ts';

/** The thread of one function. Like a Lambda execution environment it loads the module once and then serves events. */

type Handler = (event: unknown, context: object) => unknown;

if (parentPort === null) throw new Error('this module must run as a worker thread of the Lambda host');
const host = parentPort;
const start: unknown = workerData;
if (!isWorkerStart(start)) throw new Error('the Lambda host must pass the module to load as worker data');

const realNow = Date.now.bind(Date);
const clock = SimClock.attachedTo(start.clockMemory, realNow);
globalThis.Date = simulatedDate(Date, () => clock.now());
const skippedPauses = start.pauses === 'skipped' ? new SkippedPauses(realNow) : undefined;
skippedPauses?.install();
let currentRequestId = '';
installLambdaConsole(() => currentRequestId);

process.on('uncaughtException', (error) => void crash(reportedError(error)));
process.on('unhandledRejection', (reason) => {
  const { errorType, errorMessage, trace } = reportedError(reason);
  void crash({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: `${errorType}: ${errorMessage}`,
    trace: trace ?? [],
  });
});

const handler = await load(start.module);
// The host ends the thread without a chance to write it.
flushCompileCache();
if (handler !== undefined) {
  host.on('message', (invocation: Invocation) => void serve(handler, invocation));
  host.postMessage({ kind: 'ready' } satisfies WorkerReport);
}

async function load(moduleUrl: string): Promise<Handler | undefined> {
  try {
    const module: unknown = await import(moduleUrl);
    const exported: unknown = Reflect.get(Object(module), 'handler');
    if (isHandler(exported)) return exported;
    await crash({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: `${moduleUrl}: handler is undefined or not exported`,
      trace: [],
    });
  } catch (error) {
    await crash(reportedLoadError(error));
  }
  return undefined;
}

async function serve(handle: Handler, { payload, deadline, context }: Invocation): Promise<void> {
  currentRequestId = context.awsRequestId;
  try {
    const handlerContext = {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    };
    const invocation = async (): Promise<unknown> => {
      const answer: unknown = await handle(JSON.parse(payload), handlerContext);
      return answer;
    };
    const result = await (skippedPauses === undefined ? invocation() : skippedPauses.during(invocation));
    await report({ kind: 'returned', payload: serialized(result) });
  } catch (error) {
    await report({ kind: 'failed', error: reportedError(error) });
  }
}

/** As in Lambda, a result that cannot be serialized is an error with a name of its own, and `undefined` becomes `null`. */
function serialized(result: unknown): string {
  try {
    const json: unknown = JSON.stringify(result);
    return typeof json === 'string' ? json : 'null';
  } catch (error) {
    const marshalling = new Error(`Unable to stringify response body: ${String(error)}`, { cause: error });
    marshalling.name = 'Runtime.MarshalError';
    throw marshalling;
  }
}

async function crash(error: ReportedError): Promise<void> {
  await report({ kind: 'crashed', error });
}

/** Output and messages use separate channels: flush the output first, so that a report never overtakes it. */
async function report(message: WorkerReport): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  host.postMessage(message);
}

function isHandler(exported: unknown): exported is Handler {
  return typeof exported === 'function';
}

function isWorkerStart(value: unknown): value is WorkerStart {
  return typeof value === 'object' && value !== null && 'module' in value && 'clockMemory' in value;
}
