/** Cold starts of bundles, each in a fresh process, against a local AWS. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { LocalAws } from '../../sim/local-aws.ts';
import { eventBusName, monitorRegion, outboxQueueName, overridesPath } from '../../sim/stack.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import type { Bundle } from './packages.ts';

const startSchema = z.object({ loadedMs: z.number(), sentMs: z.number(), answeredMs: z.number(), cpuMs: z.number() });

/** Since the load of the bundle began: until it was loaded, until its first call to AWS was sent, until that was answered. */
export type Start = Readonly<z.output<typeof startSchema>>;

const events: Readonly<Record<string, string>> = { operate: 'operate-status', preflight: 'preflight' };

/**
 * By bundle. The bundles start one after the other, then all of them again, so that other work on the machine affects all alike.
 *
 * @param folder that of the packaged policy
 */
export async function startsOf(
  bundles: readonly Bundle[],
  folder: string,
  runs: number,
): Promise<ReadonlyMap<string, readonly Start[]>> {
  const startsAt = Math.floor(Date.now() / 60_000) * 60_000;
  const world = twoRegions(1, startsAt, []);
  const aws = await LocalAws.start({ world, groups: [mainLine], policyFile: 'policy.yml' });
  const starts = new Map<string, Start[]>(bundles.map(({ name }) => [name, []]));
  try {
    for (let run = 0; run < runs; run += 1) {
      for (const bundle of bundles) starts.get(bundle.name)?.push(await startOnce(bundle, folder, aws.server.url));
    }
  } finally {
    await aws.close();
  }
  return starts;
}

function startOnce({ name, path }: Bundle, folder: string, url: string): Promise<Start> {
  const event = readFileSync(`events/${events[name] ?? 'scheduled'}.json`, 'utf8');
  // Without NODE_COMPILE_CACHE: a cold start of Lambda has none.
  const env = {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: monitorRegion,
    AWS_ENDPOINT_URL: url,
    AWS_LAMBDA_FUNCTION_NAME: name,
    CONTROL_REGIONS: 'us-east-1,us-west-2',
    EVENT_BUS_NAME: eventBusName,
    OUTBOX_QUEUE_URL: `${url}/000000000000/${outboxQueueName}`,
    CODE_VERSION: 'bench',
    POLICY_FILE: join(folder, 'policy.json'),
    OVERRIDES_PATH: overridesPath,
    MONITOR_REGIONS: monitorRegion,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  return new Promise((resolve, reject) => {
    const args = [`${import.meta.dirname}/one-start.cjs`, path, event];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(startSchema.parse(JSON.parse(output)));
      else reject(new Error(`the start of ${name} ended with status ${status}`));
    });
  });
}
