/** A console on a local AWS that runs, with its schedules, as `npm start -- --serve` has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { inject } from 'vitest';
import { Console, consolePath } from '../../sim/console/console.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { runSchedules } from '../../sim/schedules.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';

const minuteMs = 60_000;
const warmUpMinutes = 65;

/** A failback follows after ten minutes instead of half an hour, and the daily limit does not end the sequence of moves. */
const policy = {
  version: 1,
  groups: [
    {
      group: 'main-line',
      mode: 'enforce',
      failback: 'auto',
      preferredOrder: ['vc-east', 'vc-west'],
      tuning: {
        cooldownMinutes: 5,
        holdDownMinutes: 10,
        failbackHoldMinutes: 10,
        operatorStandOffMinutes: 5,
        maxChangesPerDay: 24,
      },
    },
  ],
};

export type RunningConsole = { readonly aws: LocalAws; readonly url: string; readonly close: () => Promise<void> };

/** @param speed of the clock; undefined: no schedules run */
export async function runningConsole(speed?: number): Promise<RunningConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(policyFile, stringify(policy));
  const startsAt = Date.UTC(2026, 10, 20, 8);
  const aws = await LocalAws.start({
    world: twoRegions(1, startsAt, []),
    groups: [mainLine],
    policyFile,
    packageFolder: inject('packageFolder'),
    pauses: 'skipped',
    speed: 0,
  });
  const watching = new Console(aws);
  aws.server.addPages(watching);
  watching.onMinutes(aws.simulateUntil(startsAt + warmUpMinutes * minuteMs));
  const ended = new AbortController();
  aws.controls.speed = speed ?? 0;
  const print = (): void => undefined;
  const running =
    speed === undefined
      ? Promise.resolve()
      : runSchedules(aws, { isOn: true, ended: ended.signal, print, observer: watching });
  const close = async (): Promise<void> => {
    ended.abort();
    await running;
    watching.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  };
  return { aws, url: `${aws.server.url}${consolePath}`, close };
}
