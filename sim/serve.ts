/** Serves the local AWS and its console in the foreground, for `npm run sim` and `npm start -- --serve`. */
import type { WakeMode } from '../lib/core/model/wake.ts';
import { codeOf, CommandLineError } from './command-line.ts';
import { Console, consolePath } from './console/console.ts';
import { LocalAws } from './local-aws.ts';
import { runSchedules } from './schedules.ts';
import { mainLine, twoRegions } from './two-regions.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { FaultSpec } from './world/spec.ts';

const minuteMs = 60_000;

/** Simulated history before the start, so that the first run has metrics to judge. */
export const warmUpMinutes = 65;

export type ServeOptions = {
  readonly port: number;
  readonly seed: number;
  readonly policyFile: string;
  /** Times as fast as real time. */
  readonly speed: number;
  /** Minutes count from the start of the warm-up. */
  readonly faults: readonly FaultSpec[];
  readonly hasSchedules: boolean;
  /** Default: `schedule`. */
  readonly wake?: WakeMode | undefined;
  readonly permissions?: Permissions | undefined;
};

/** The address of the console. */
export function consoleUrl({ server }: Pick<LocalAws, 'server'>): string {
  return `${server.url}${consolePath}`;
}

/** Until Ctrl-C. @param banner what is printed once the server listens */
export async function serve(options: ServeOptions, banner: (aws: LocalAws) => string): Promise<void> {
  const aws = await start(options);
  const watching = new Console(aws);
  aws.server.addPages(watching);
  watching.onMinutes(aws.simulateUntil(Date.now()));
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      ended.abort();
    });
  console.log(banner(aws));
  await runSchedules(aws, {
    isOn: options.hasSchedules,
    ended: ended.signal,
    print: console.log,
    observer: watching,
  });
  watching.close();
  await aws.close();
}

async function start({ port, seed, policyFile, speed, faults, permissions, wake }: ServeOptions): Promise<LocalAws> {
  const startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
  try {
    return await LocalAws.start({
      world: twoRegions(seed, startedAt - warmUpMinutes * minuteMs, faults),
      groups: [mainLine],
      policyFile,
      port,
      permissions,
      wake,
      speed,
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
