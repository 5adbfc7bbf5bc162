/** Lambda hosts with one function, closed after each test. */
import { afterEach } from 'vitest';
import { SimClock } from '../../../sim/clock.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from '../../../sim/lambda/host.ts';

export const startsAt = Date.parse('2031-05-06T07:08:09.000Z');
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const hosts: LambdaHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

export function hostOf(
  fixture: string,
  options: Partial<Omit<LambdaHostOptions, 'functions'>> & {
    readonly timeoutSeconds?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly deployedAs?: string;
  } = {},
): LambdaHost {
  const { timeoutSeconds = 20, env = {}, deployedAs, ...others } = options;
  const module = new URL(`./fixtures/${fixture}.ts`, import.meta.url);
  const host = createLambdaHost({
    functions: { monitor: { module, env, timeoutSeconds, ...(deployedAs === undefined ? {} : { deployedAs }) } },
    clock: SimClock.startingAt(startsAt, { speed: 0 }),
    region: 'eu-central-1',
    ...others,
  });
  hosts.push(host);
  return host;
}

export async function answerOf(host: LambdaHost, event: unknown, name = 'monitor'): Promise<unknown> {
  const { payload } = await host.invoke(name, JSON.stringify(event));
  return JSON.parse(payload);
}
