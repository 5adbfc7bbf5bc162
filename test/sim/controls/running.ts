/** A local AWS in its first hour, and requests to its pages. */
import { inject, onTestFinished } from 'vitest';
import { LocalAws } from '../../../sim/local-aws.ts';
import { mainLine, twoRegions } from '../../../sim/two-regions.ts';

export const startsAt = Date.UTC(2026, 10, 20, 8);
export const minuteMs = 60_000;

export type Answer = { readonly status: number; readonly value: unknown };

export async function runningAws({ speed = 0 }: { readonly speed?: number } = {}) {
  const aws = await LocalAws.start({
    world: twoRegions(1, startsAt, []),
    groups: [mainLine],
    policyFile: 'sim/policy.yml',
    packageFolder: inject('packageFolder'),
    pauses: 'skipped',
    speed,
  });
  onTestFinished(() => aws.close());
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${aws.server.url}${path}`, { method, ...(body === undefined ? {} : { body: text }) });
    return { status: answer.status, value: await answer.json() };
  };
  /** Simulates this many minutes more, and returns their counts. */
  const simulate = (minutes: number) => aws.simulateUntil(aws.clock.now() + minutes * minuteMs);
  return { aws, send, simulate };
}
