/** Serves the local AWS and its console in the foreground, for `npm run sim` and `npm start -- --serve`. */
import type { WakeMode } from '../lib/core/model/wake.ts';
import { codeOf, CommandLineError } from './command-line.ts';
import { Console, consolePath } from './console/console.ts';
import { LocalAws } from './local-aws.ts';
import { runSchedules } from './schedules.ts';
import { readStateFile, type StateFile } from './state/file.ts';
import { StateKeeper } from './state/keeper.ts';
import { mainLine, twoRegions } from './two-regions.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { FaultSpec } from './world/spec.ts';

const minuteMs = 60_000;

/** Simulated history before the start, so that the first run has metrics to judge. */
export const warmUpMinutes = 65;

export type ServeOptions = {
  readonly port: number;
  /** How the world begins. A file that exists has its own. */
  readonly origin: {
    readonly seed?: number | undefined;
    /** us-east-1 fails 30 % of its calls from this minute on, counted from the start of the warm-up. */
    readonly unhealthyFromMinute?: number | undefined;
  };
  readonly policyFile: string;
  /** Times as fast as real time. Undefined: as the file has it, or else `usualSpeed`. */
  readonly speed: number | undefined;
  readonly usualSpeed: number;
  /** The file that keeps the local AWS across restarts. */
  readonly state: string | undefined;
  readonly hasSchedules: boolean;
  /** Default: `schedule`. */
  readonly wake?: WakeMode | undefined;
  readonly permissions?: Permissions | undefined;
  /** Default 1. */
  readonly shards?: number | undefined;
};

/** The address of the console. */
export function consoleUrl({ server }: Pick<LocalAws, 'server'>): string {
  return `${server.url}${consolePath}`;
}

/** Until Ctrl-C. @param banner what is printed once the server listens */
export async function serve(options: ServeOptions, banner: (aws: LocalAws) => string): Promise<void> {
  const { state } = options;
  const kept = state === undefined ? undefined : readStateFile(state);
  if (kept !== undefined) refuseOrigin(options, state ?? '');
  const world = kept?.world ?? newWorld(options.origin);
  const aws = await start(options, world, kept);
  const keeper = state === undefined ? undefined : new StateKeeper({ path: state, world, aws });
  const watching = new Console(aws);
  aws.server.addPages(watching);
  watching.onMinutes(kept === undefined ? aws.simulateUntil(Date.now()) : aws.minutesBefore);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      ended.abort();
    });
  try {
    await keeper?.keep();
    console.log(`${banner(aws)}${stateLine(state, kept)}`);
    await runSchedules(aws, {
      isOn: options.hasSchedules,
      ended: ended.signal,
      print: console.log,
      observer: {
        onMinutes: (minutes) => {
          watching.onMinutes(minutes);
        },
        onRun: (functionName, invocation) => {
          watching.onRun(functionName, invocation);
        },
        onMinuteOver: async () => keeper?.keepSometimes(),
      },
    });
    await keeper?.keep();
  } finally {
    watching.close();
    await aws.close();
  }
}

function stateLine(path: string | undefined, kept: StateFile | undefined): string {
  if (path === undefined) return '';
  if (kept === undefined) return `\n\nA new world, kept in ${path}.`;
  return `\n\nThe world of ${path}, which goes on at ${new Date(kept.state.now).toISOString()}.`;
}

/** @throws {CommandLineError} for an option that only a new world can have */
function refuseOrigin({ origin }: ServeOptions, path: string): void {
  const given = [
    origin.seed === undefined ? [] : '--seed',
    origin.unhealthyFromMinute === undefined ? [] : '--unhealthy-after',
  ].flat();
  if (given.length === 0) return;
  throw new CommandLineError(
    `${given.join(' and ')}: Expected not to be given, because the world of ${path} began already; a new --state begins another`,
  );
}

function newWorld({ seed = 1, unhealthyFromMinute }: ServeOptions['origin']): StateFile['world'] {
  const startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
  const startsAt = startedAt - warmUpMinutes * minuteMs;
  return { seed, startsAt, ...(unhealthyFromMinute === undefined ? {} : { unhealthyFromMinute }) };
}

function faultsOf({ unhealthyFromMinute: fromMinute }: StateFile['world']): readonly FaultSpec[] {
  if (fromMinute === undefined) return [];
  const untilMinute = Number.MAX_SAFE_INTEGER;
  return [{ fromMinute, untilMinute, where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 0.3 } }];
}

async function start(
  { port, policyFile, speed, usualSpeed, permissions, shards, wake }: ServeOptions,
  world: StateFile['world'],
  kept: StateFile | undefined,
): Promise<LocalAws> {
  try {
    return await LocalAws.start({
      world: twoRegions(world.seed, world.startsAt, faultsOf(world)),
      resume: kept?.state,
      groups: [mainLine],
      policyFile,
      port,
      permissions,
      speed: speed ?? kept?.state.speed ?? usualSpeed,
      shards,
      wake,
      // At 60 times real time a pause of a second between two attempts would be a minute.
      pauses: 'skipped',
    });
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const problem = code === 'EADDRINUSE' ? 'is already in use' : 'needs privileges';
    throw new CommandLineError(`--port: ${port} ${problem} on 127.0.0.1; Expected a free port, or 0 for any`);
  }
}
