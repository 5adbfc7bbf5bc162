/** An account on the local AWS, whose every answer takes time, and the packaged monitor that runs over it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagedPolicy } from '../../infra/policy-text.ts';
import { Account } from '../../sim/account/account.ts';
import { SimClock, type EpochMs } from '../../sim/clock.ts';
import { accessKeyIdOf } from '../../sim/lambda/credentials.ts';
import { environmentOf } from '../../sim/lambda/environment.ts';
import { eventBusName, outboxQueueName, overridesPath } from '../../sim/stack.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { startWireServer, type AnsweredRequest, type WireServer } from '../../sim/wire/server.ts';
import { keepReachable, publishLines, seedGroups, type Lines } from './lines.ts';
import { MonitorProcess, type Run } from './monitor.ts';
import { criticalPath } from './requests.ts';
import { processorWaitSeconds } from './processor-wait.ts';

/** A Friday, half a minute into a minute. */
export const startsAt = Date.UTC(2026, 10, 20, 9, 0, 30);

/** Of each answer of AWS. */
export const latency = { medianMs: 30, sigma: 0.5 };

/** The monitor runs apart from the primaries, as serverless.yml says. */
export const monitorRegion = 'us-west-2';

/** One run and what it cost on both sides. */
export type Measured = {
  readonly run: Run;
  readonly requests: readonly AnsweredRequest[];
  /** Of the local AWS during the run, which competes with the monitor on a small machine. */
  readonly awsCpuSeconds: number;
  /** How long the monitor waited for a processor. NaN where the system does not count it, and after a run that was cut off. */
  readonly waitSeconds: number;
};

export type StageOptions = {
  readonly lines: Lines;
  /** The folder of the packaged service. */
  readonly packageFolder: string;
};

export class Stage {
  readonly clock: SimClock;
  readonly account: Account;
  readonly monitor: MonitorProcess;
  readonly #lines: Lines;
  readonly #server: WireServer;
  readonly #requests: AnsweredRequest[];

  private constructor(parts: {
    readonly clock: SimClock;
    readonly account: Account;
    readonly lines: Lines;
    readonly server: WireServer;
    readonly requests: AnsweredRequest[];
    readonly monitor: MonitorProcess;
  }) {
    this.clock = parts.clock;
    this.account = parts.account;
    this.monitor = parts.monitor;
    this.#lines = parts.lines;
    this.#server = parts.server;
    this.#requests = parts.requests;
  }

  /** With the metrics published, and the module of the monitor loaded. */
  static async set({ lines, packageFolder }: StageOptions): Promise<Stage> {
    const clock = SimClock.startingAt(startsAt);
    const account = new Account({ now: () => clock.now() });
    account.eventBridge.seedBus(monitorRegion, eventBusName);
    account.queues.create(monitorRegion, outboxQueueName);
    seedGroups(account, lines, startsAt);
    publishLines(account, lines, startsAt);
    clock.jumpTo(startsAt);
    const requests: AnsweredRequest[] = [];
    const onAnswered = (answered: AnsweredRequest): void => void requests.push(answered);
    const server = await startWireServer({ account, clock, onAnswered });
    server.misbehave(latencyOf(lines));
    const module = join(packageFolder, 'functions/monitor.cjs');
    const monitor = await MonitorProcess.start(
      module,
      environment(server.url, packageFolder, [...new Set(lines.places)]),
    );
    return new Stage({ clock, account, lines, server, requests, monitor });
  }

  readonly startsAt = startsAt;

  get regions(): readonly string[] {
    return [...new Set(this.#lines.places)];
  }

  now(): EpochMs {
    return this.clock.now();
  }

  /** From now on neither Chime SDK Voice nor CloudWatch of this Region answers. */
  hang(region: string): void {
    this.#server.clearMisbehaviour();
    for (const service of ['chime', 'monitoring'] as const) {
      this.#server.misbehave({ service, region, effect: { kind: 'hang' } });
    }
    this.#server.misbehave(latencyOf(this.#lines));
  }

  /** One scheduled run, with every member reachable. */
  async run(): Promise<Measured> {
    keepReachable(this.account, this.#lines, this.now());
    this.#requests.length = 0;
    const usedBefore = process.cpuUsage();
    const { pid } = this.monitor;
    const waitedBefore = processorWaitSeconds(pid);
    const run = await this.monitor.run(this.now());
    const { user, system } = process.cpuUsage(usedBefore);
    return {
      run,
      requests: [...this.#requests],
      awsCpuSeconds: (user + system) / 1e6,
      waitSeconds: processorWaitSeconds(pid) - waitedBefore,
    };
  }

  /** The run of another monitor, which gets the address of the local AWS and returns how long it took. */
  async runOther(
    run: (url: string) => Promise<number>,
  ): Promise<{ readonly runMs: number; readonly criticalMs: number }> {
    this.#requests.length = 0;
    const runMs = await run(this.#server.url);
    return { runMs, criticalMs: criticalPath(this.#requests).wholeMs };
  }

  async close(): Promise<void> {
    await this.monitor.close();
    await this.#server.close();
  }
}

export function latencyOf({ seed }: Pick<Lines, 'seed'>): MisbehaviourRule {
  return { effect: { kind: 'latency', ms: latency.medianMs, sigma: latency.sigma, seed } };
}

/** As serverless.yml declares it, in mode enforce. */
export function environment(
  url: string,
  packageFolder: string,
  controlRegions: readonly string[],
): Record<string, string> {
  const policyFile = join(packageFolder, 'bench-policy.json');
  const text = 'version: 1\ndefaults: { mode: enforce }';
  writeFileSync(policyFile, JSON.stringify(packagedPolicy(text, 'the benchmark')));
  return {
    ...environmentOf(
      {
        functionName: 'monitor',
        declaredName: 'monitor',
        region: monitorRegion,
        memoryMegabytes: 512,
        taskRoot: packageFolder,
        logGroupName: '/aws/lambda/monitor',
        logStreamName: 'bench',
      },
      {
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: accessKeyIdOf('monitor'),
        CONTROL_REGIONS: controlRegions.join(','),
        EVENT_BUS_NAME: eventBusName,
        OUTBOX_QUEUE_URL: `${url}/000000000000/${outboxQueueName}`,
        CODE_VERSION: 'bench',
        POWERTOOLS_SERVICE_NAME: 'voice-connector-failover',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        POLICY_FILE: policyFile,
        OVERRIDES_PATH: overridesPath,
        MONITOR_REGIONS: monitorRegion,
      },
    ),
  };
}
