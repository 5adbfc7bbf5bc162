/** The local AWS as a whole: an account, simulated telephone calls, AWS's wire protocols, and the deployed functions. */
import type { WakeMode } from '../lib/core/model/wake.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import type { Account } from './account/account.ts';
import { SimClock, type EpochMs } from './clock.ts';
import { Controls } from './controls/controls.ts';
import { Faults } from './controls/faults.ts';
import { Pace } from './controls/pace.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import { deployWakeAlarms } from './deploy-wake-alarms.ts';
import type { LambdaHost } from './lambda/host.ts';
import { resolveFunctionName } from './lambda/function-name.ts';
import { PackagedPolicyFile } from './packaged-policy-file.ts';
import { Pipe } from './pipe.ts';
import {
  deploy,
  eventBusName,
  isSharded,
  monitorRegion,
  outboxQueueName,
  seededAccount,
  shardQueueName,
  type LocalAwsOptions,
} from './stack.ts';
import { MinuteJournal, worldAfter } from './state/journal.ts';
import type { State } from './state/state.ts';
import type { Invocation, LambdaHost as LambdaPort } from './wire/lambda.ts';
import { startWireServer, type WireServer } from './wire/server.ts';
import { advanceTo } from './world/advance.ts';
import type { MinuteOfWorld } from './world/minute.ts';
import type { World } from './world/world.ts';

const minuteMs = 60_000;

const functionNames = ['monitor', 'operate', 'preflight', 'report', 'sessions'] as const;

/** An invocation that an event or an alarm made. */
export type TargetInvocation = {
  readonly functionName: string;
  readonly payload: string;
  readonly invocation: Invocation;
};

export class LocalAws {
  readonly clock: SimClock;
  readonly account: Account;
  readonly server: WireServer;
  readonly controls: Controls;
  /** What wakes the monitor. */
  readonly wake: WakeMode;
  readonly #world: World;
  readonly #functions: LambdaHost;
  readonly #policy: PackagedPolicyFile;
  readonly #pipe: Pipe;
  readonly #shards: EventSourceMapping | undefined;
  readonly #pace: Pace;
  readonly #journal: MinuteJournal;
  /** The last minutes before the first one that this local AWS simulated; none in a new world. */
  readonly minutesBefore: readonly MinuteOfWorld[];

  private constructor(parts: {
    readonly clock: SimClock;
    readonly account: Account;
    readonly server: WireServer;
    readonly controls: Controls;
    readonly world: World;
    readonly functions: LambdaHost;
    readonly policy: PackagedPolicyFile;
    readonly pipe: Pipe;
    readonly shards: EventSourceMapping | undefined;
    readonly pace: Pace;
    readonly journal: MinuteJournal;
    readonly minutesBefore: readonly MinuteOfWorld[];
    readonly wake: WakeMode;
  }) {
    this.wake = parts.wake;
    this.clock = parts.clock;
    this.account = parts.account;
    this.server = parts.server;
    this.controls = parts.controls;
    this.#world = parts.world;
    this.#functions = parts.functions;
    this.#policy = parts.policy;
    this.#pipe = parts.pipe;
    this.#shards = parts.shards;
    this.#pace = parts.pace;
    this.#journal = parts.journal;
    this.minutesBefore = parts.minutesBefore;
  }

  /** Starts at the first minute of the world, before any calls, or where `resume` ended. */
  static async start(options: LocalAwsOptions): Promise<LocalAws> {
    const { world: spec, policyFile, speed = 1, port, permissions, resume } = options;
    const beginning = { now: spec.startsAt, nextMinuteStartsAt: spec.startsAt, journal: [] };
    const { now, nextMinuteStartsAt, journal } = resume ?? beginning;
    const clock = SimClock.startingAt(now, { speed });
    const account = seededAccount(options, clock);
    const pace = new Pace(clock, speed);
    const { world, minutes } = worldAfter(journal, spec, nextMinuteStartsAt);
    const { wake = 'schedule' } = options;

    // The server and the functions need each other: the functions are deployed once the server's address is known.
    const deployed: { functions?: LambdaHost } = {};
    const lambda: LambdaPort = {
      invoke: (name, payload) => {
        const { functions } = deployed;
        if (functions === undefined) throw new Error('a function was invoked before its deployment');
        return pace.during(() => functions.invoke(name, payload));
      },
    };
    const server = await startWireServer({
      account,
      clock,
      lambda,
      permissions,
      ...(port === undefined ? {} : { port }),
    });
    const policy = new PackagedPolicyFile(policyFile);
    if (wake === 'alarms') {
      const { connectors } = spec;
      deployWakeAlarms({ account, monitorRegion, connectors, policy: loadPackagedPolicy(policy.path) });
    }
    const functions = deploy(server.url, account, clock, policy.path, options);
    deployed.functions = functions;
    const controls = controlsOf({ clock, server, world, pace });
    if (resume !== undefined) restore({ account, controls, server }, resume);
    server.addPages(controls);
    const pipe = new Pipe({
      url: server.url,
      region: monitorRegion,
      queueName: outboxQueueName,
      eventBusName,
      account,
    });
    const shards = isSharded(options) ? shardMapping(server.url, lambda) : undefined;
    const own = {
      functions,
      policy,
      pipe,
      shards,
      pace,
      wake,
      journal: new MinuteJournal(journal),
      minutesBefore: minutes,
    };
    return new LocalAws({ clock, account, server, controls, world, ...own });
  }

  /** Everything that a restart needs, for `resume`. The requests so far are not part of it. */
  kept() {
    const { faults, settings } = this.controls;
    return {
      now: this.clock.now(),
      nextMinuteStartsAt: this.#world.nextMinuteStartsAt,
      journal: this.#journal.kept(),
      ...settings,
      faults: faults.kept(),
      rules: [...this.server.posted.posted()],
      account: this.account.kept(),
    };
  }

  /** Simulates every whole minute up to `time`, then sets the clock to `time`. */
  simulateUntil(time: EpochMs): readonly MinuteOfWorld[] {
    const minutes: MinuteOfWorld[] = [];
    while (this.#world.nextMinuteStartsAt + minuteMs <= time) {
      this.clock.jumpTo(this.#world.nextMinuteStartsAt + minuteMs);
      minutes.push(...this.catchUp());
    }
    this.clock.jumpTo(time);
    return minutes;
  }

  /** Simulates the minutes that have passed on a running clock. */
  catchUp(): readonly MinuteOfWorld[] {
    this.controls.faults.expire();
    const sinks = { routing: this.account, metrics: this.account, pings: this.account };
    const minutes = advanceTo(this.#world, this.clock.now(), sinks, (routing) => {
      const { faults, settings } = this.controls;
      this.#journal.record({ routing, faults: faults.inForce(), callsFactor: settings.callsFactor });
    });
    if (minutes.length > 0) this.account.onMinute();
    return minutes;
  }

  /** Makes the invocations that events and alarms have asked for, in order. */
  async invokeTargets(): Promise<readonly TargetInvocation[]> {
    const made: TargetInvocation[] = [];
    for (const { functionArn, payload } of this.account.takeInvocations()) {
      const functionName = resolveFunctionName(functionArn, functionNames);
      made.push({ functionName, payload, invocation: await this.invoke(functionName, payload) });
    }
    return made;
  }

  /**
   * Invokes a deployed function directly, as a schedule does. The pipe polls afterwards: AWS's polls all the time, this one each
   * time simulated time has passed.
   */
  async invoke(functionName: string, payload: string): Promise<Invocation> {
    const invocation = await this.#pace.during(() => this.#functions.invoke(functionName, payload));
    await this.#pipe.poll();
    return invocation;
  }

  /** What the monitor's schedule does: one run, or in a stage with shards the lister's and then one for each shard. */
  async runMonitor(payload: string): Promise<readonly Invocation[]> {
    if (this.#shards === undefined) return [await this.invoke('monitor', payload)];
    const listing = await this.invoke('lister', payload);
    const runs = await this.#shards.poll();
    await this.#pipe.poll();
    return listing.functionError === undefined ? runs : [listing, ...runs];
  }

  async close(): Promise<void> {
    this.#shards?.close();
    await this.#functions.close();
    this.#pipe.close();
    await this.server.close();
    this.#policy.remove();
  }
}

function restore(
  { account, controls, server }: Pick<LocalAws, 'account' | 'controls' | 'server'>,
  { account: keptAccount, faults, callsFactor, rules }: State,
): void {
  account.restore(keptAccount);
  controls.faults.restore(faults);
  controls.callsFactor = callsFactor;
  for (const { rule, timesApplied } of rules) server.posted.post(rule, timesApplied);
}

function controlsOf(parts: {
  readonly clock: SimClock;
  readonly server: WireServer;
  readonly world: World;
  readonly pace: Pace;
}): Controls {
  const { clock, server, world, pace } = parts;
  const { connectors, groups } = world.spec;
  return new Controls({
    faults: new Faults({ world, misbehave: server.misbehave, now: () => clock.now() }),
    places: {
      region: [...new Set(connectors.map(({ region }) => region))],
      group: groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId),
    },
    pace,
    world,
  });
}

/** Has SQS invoke the monitor with each message of the lister. */
function shardMapping(url: string, lambda: LambdaPort): EventSourceMapping {
  return new EventSourceMapping({
    url,
    region: monitorRegion,
    queueName: shardQueueName,
    functionName: 'monitor',
    invoke: (payload) => lambda.invoke('monitor', payload),
  });
}
