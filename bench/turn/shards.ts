/** An account in shards: the lister, the queue, and the monitor over each shard, minute by minute. */
import { join } from 'node:path';
import { Account } from '../../sim/account/account.ts';
import { SimClock } from '../../sim/clock.ts';
import { EventSourceMapping } from '../../sim/event-source-mapping.ts';
import { eventBusName, outboxQueueName, shardQueueName } from '../../sim/stack.ts';
import { startWireServer, type AnsweredRequest, type WireServer } from '../../sim/wire/server.ts';
import { streamsFor } from '../../sim/world/random.ts';
import { megabytes, ratio, seconds, type Finding, type Progress } from './findings.ts';
import {
  callsIn,
  connectorId,
  groupId,
  keepReachable,
  metricsOf,
  publishFailures,
  publishLines,
  put,
  seedGroups,
  steadyLines,
  type Lines,
} from './lines.ts';
import { MonitorProcess, type Run } from './monitor.ts';
import type { Options } from './options.ts';
import { countOf, criticalPath, isWrite } from './requests.ts';
import { environment, latencyOf, monitorRegion, startsAt } from './stage.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

/** Fail on their own in the last minute, for so long. */
const failingGroups = 20;
const faultMinutes = 10;

/** What suspects are compared with. */
const suspectMinutes = 255;

/** Lambda runs all shards at once. Here so many processes take turns, on as many processors. */
const workers = 2;

/** So that the minute of the account does not end while these few processes do the work of many. */
const clockSpeed = 0.01;

const primaryMetrics = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
] as const;

type Minute = {
  readonly name: string;
  readonly lister: Run;
  readonly runs: readonly Run[];
  readonly requests: readonly AnsweredRequest[];
};

class ShardedStage {
  readonly account: Account;
  readonly clock: SimClock;
  readonly #lines: Lines;
  readonly #server: WireServer;
  readonly #requests: AnsweredRequest[];
  readonly #lister: MonitorProcess;
  readonly #monitors: readonly MonitorProcess[];
  readonly #mapping: EventSourceMapping;
  #runs: Run[] = [];

  private constructor(
    parts: Pick<ShardedStage, 'account' | 'clock'> & {
      readonly lines: Lines;
      readonly server: WireServer;
      readonly requests: AnsweredRequest[];
      readonly lister: MonitorProcess;
      readonly monitors: readonly MonitorProcess[];
    },
  ) {
    this.account = parts.account;
    this.clock = parts.clock;
    this.#lines = parts.lines;
    this.#server = parts.server;
    this.#requests = parts.requests;
    this.#lister = parts.lister;
    this.#monitors = parts.monitors;
    const free = [...this.#monitors];
    this.#mapping = new EventSourceMapping({
      url: parts.server.url,
      region: monitorRegion,
      queueName: shardQueueName,
      functionName: 'monitor',
      concurrency: workers,
      invoke: async (payload) => {
        const monitor = free.pop();
        if (monitor === undefined) throw new Error('more invocations than processes');
        const run = await monitor.run(this.clock.now(), payload);
        free.push(monitor);
        this.#runs.push(run);
        return run.outcome === 'succeeded' ? { payload: '{}' } : { payload: '{}', functionError: 'Unhandled' };
      },
    });
  }

  static async set(lines: Lines, shards: number, packageFolder: string): Promise<ShardedStage> {
    const clock = SimClock.startingAt(startsAt, { speed: clockSpeed });
    const account = new Account({ now: () => clock.now() });
    account.eventBridge.seedBus(monitorRegion, eventBusName);
    account.queues.create(monitorRegion, outboxQueueName);
    account.queues.create(monitorRegion, shardQueueName, 60);
    seedGroups(account, lines, startsAt);
    publishPrimaries(account, lines);
    publishLines(account, { ...lines, groups: failingGroups, minutes: suspectMinutes }, startsAt);
    clock.jumpTo(startsAt);
    const requests: AnsweredRequest[] = [];
    const onAnswered = (answered: AnsweredRequest): void => void requests.push(answered);
    const server = await startWireServer({ account, clock, onAnswered });
    server.misbehave(latencyOf(lines));
    const env = environment(server.url, packageFolder, [...new Set(lines.places)]);
    const listerEnv = { SHARD_QUEUE_URL: `${server.url}/000000000000/${shardQueueName}`, SHARDS: String(shards) };
    // Not in the package of a stage without shards.
    const lister = await MonitorProcess.start(join(process.cwd(), 'functions/lister.ts'), { ...env, ...listerEnv });
    const monitors = [];
    for (let worker = 0; worker < workers; worker += 1) {
      monitors.push(await MonitorProcess.start(join(packageFolder, 'functions/monitor.cjs'), env));
    }
    return new ShardedStage({ account, clock, lines, server, requests, lister, monitors });
  }

  async minute(name: string): Promise<Minute> {
    keepReachable(this.account, this.#lines, this.clock.now());
    this.#requests.length = 0;
    this.#runs = [];
    const lister = await this.#lister.run(this.clock.now());
    await this.#mapping.poll();
    return { name, lister, runs: this.#runs, requests: [...this.#requests] };
  }

  async close(): Promise<void> {
    this.#mapping.close();
    for (const each of [this.#lister, ...this.#monitors]) await each.close();
    await this.#server.close();
  }
}

/** Only what is asked of a healthy line: all metrics of ten thousand groups do not fit into memory. */
function publishPrimaries(account: Account, lines: Lines): void {
  const until = Math.floor(startsAt / minuteMs) * minuteMs;
  for (let group = failingGroups; group < lines.groups; group += 1) {
    const where = { voiceConnectorId: connectorId(group, 0), region: lines.places[0] };
    const luck = streamsFor(lines.seed, 'bench turn', where.voiceConnectorId)(0);
    for (let minute = until - lines.minutes * minuteMs; minute < until; minute += minuteMs) {
      const metrics = metricsOf(callsIn(lines.callsPerMinute, 0, lines.failureRatioOf(group), luck));
      for (const name of primaryMetrics) put(account, where, minute, name, metrics[name]);
    }
  }
}

export async function shardedMinutes(
  { scale, seed }: Options,
  packageFolder: string,
  progress: Progress,
): Promise<Finding> {
  const { shardedGroups: groups, shards } = scale;
  const lines = steadyLines(groups, seed);
  const stage = await ShardedStage.set(lines, shards, packageFolder);
  try {
    progress(`shards: ${groups} groups seeded`);
    const minutes: Minute[] = [];
    minutes.push(await stage.minute('healthy'));
    progress(`shards: ${groups} groups, healthy`);
    stage.clock.jumpTo(startsAt + minuteMs);
    const until = Math.floor(startsAt / minuteMs) * minuteMs;
    const fault = { from: until - faultMinutes * minuteMs, until, ratio: 0.5 };
    publishFailures(stage.account, { ...lines, groups: failingGroups }, fault);
    minutes.push(await stage.minute(`${failingGroups} lines fail`));
    progress(`shards: ${groups} groups, ${failingGroups} of them failing`);
    return finding(minutes, groups, shards);
  } finally {
    await stage.close();
  }
}

function finding(minutes: readonly Minute[], groups: number, shards: number): Finding {
  const rows = minutes.map((minute) => ({ name: minute.name, ...summaryOf(minute, groups) }));
  return {
    title: `${groups} groups in ${shards} shards`,
    meaning: `Lines as in the healthy runs. ${workers} processes take turns with the shards, which Lambda runs all at once: a minute takes as long as the lister and the slowest run of a shard. The last write is counted from the beginning of the lister, as if its shard had not waited for a process; its critical path is that of the lister and of the shard. In the second minute ${failingGroups} lines fail half as many calls again.`,
    head: [
      'minute',
      'decided once',
      'otherwise',
      'written',
      'last write ÷ critical',
      'lister',
      'median run of a shard',
      'slowest run',
      'CPU of all runs',
      'most CPU of a run',
      'peak memory of a run',
      'of the lister',
      'metrics',
      'requests',
    ],
    rows: rows.map((row) => [
      row.name,
      String(row.once),
      String(row.otherwise),
      String(row.written),
      ratio(row.lastWriteRatio),
      seconds(row.listerSeconds),
      seconds(row.medianSeconds),
      seconds(row.slowestSeconds),
      seconds(row.cpuSeconds),
      seconds(row.mostCpuSeconds),
      megabytes(row.peakMegabytes),
      megabytes(row.listerPeakMegabytes),
      String(row.metrics),
      String(Object.values(row.byOperation).reduce((total, each) => total + each, 0)),
    ]),
    data: rows,
  };
}

function summaryOf({ lister, runs, requests }: Minute, groups: number) {
  const ended = runs.filter((run) => run.outcome !== 'cut off');
  const times = new Map<string, number>();
  for (const id of ended.flatMap(({ groupIds }) => groupIds)) times.set(id, (times.get(id) ?? 0) + 1);
  const all = Array.from({ length: groups }, (_, group) => times.get(groupId(group)) ?? 0);
  const once = all.filter((count) => count === 1).length;
  const sorted = runs.map((run) => run.seconds).toSorted((left, right) => left - right);
  const cpu = ended.map(({ cpuSeconds }) => cpuSeconds);
  const listerReport = lister.outcome === 'cut off' ? undefined : lister;
  return {
    once,
    otherwise: groups - once,
    written: requests.filter((request) => isWrite(request) && Number(request.status) < 300).length,
    lastWriteRatio: lastWriteRatio(lister, runs, requests),
    listerSeconds: lister.seconds,
    medianSeconds: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    slowestSeconds: Math.max(...sorted),
    cpuSeconds: cpu.reduce((sum, each) => sum + each, 0) + (listerReport?.cpuSeconds ?? Number.NaN),
    mostCpuSeconds: Math.max(...cpu),
    peakMegabytes: Math.max(...ended.map((run) => run.peakMegabytes)),
    listerPeakMegabytes: listerReport?.peakMegabytes ?? Number.NaN,
    outcomes: Object.fromEntries(
      [...Map.groupBy(runs, ({ outcome }) => outcome)].map(([key, some]) => [key, some.length]),
    ),
    ...countOf(requests),
  };
}

/** The largest ratio of a shard with a write. */
function lastWriteRatio(lister: Run, runs: readonly Run[], requests: readonly AnsweredRequest[]): number {
  const listingEndsAt = lister.startedAtMs + lister.seconds * 1000;
  const listing = criticalPath(requests.filter(({ answeredAtMs }) => answeredAtMs <= listingEndsAt)).wholeMs;
  const ratios = runs.flatMap((run) => {
    const endsAt = run.startedAtMs + run.seconds * 1000;
    const during = requests.filter(({ arrivedAtMs }) => arrivedAtMs >= run.startedAtMs && arrivedAtMs <= endsAt);
    const ids = new Set(run.outcome === 'cut off' ? [] : run.groupIds);
    const own = during.filter((request) => isWrite(request) && ids.has(request.resource ?? ''));
    if (own.length === 0) return [];
    const lastMs = Math.max(...own.map(({ answeredAtMs }) => answeredAtMs)) - run.startedAtMs;
    return [(lister.seconds * 1000 + lastMs) / (listing + criticalPath(during).toWriteMs)];
  });
  return ratios.length === 0 ? Number.NaN : Math.max(...ratios);
}
