/** The local AWS as a whole: an account, simulated telephone calls, AWS's wire protocols, and the deployed functions. */
import { pathToFileURL } from 'node:url';
import type { WakeMode } from '../lib/core/model/wake.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { Account } from './account/account.ts';
import type { GroupSeed } from './account/chime/groups.ts';
import { SimClock, type EpochMs } from './clock.ts';
import { Controls } from './controls/controls.ts';
import { Faults } from './controls/faults.ts';
import { Pace } from './controls/pace.ts';
import { deployWakeAlarms, minuteRuleOfDev, wakeAlarmPrefixOfDev } from './deploy-wake-alarms.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from './lambda/host.ts';
import { resolveFunctionName } from './lambda/function-name.ts';
import { keepLog } from './lambda/log-group.ts';
import { PackagedPolicyFile } from './packaged-policy-file.ts';
import { Pipe } from './pipe.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { Invocation, LambdaHost as LambdaPort } from './wire/lambda.ts';
import { startWireServer, type WireServer } from './wire/server.ts';
import { advanceTo } from './world/advance.ts';
import type { MinuteOfWorld } from './world/minute.ts';
import type { WorldSpec } from './world/spec.ts';
import { createWorld, type World } from './world/world.ts';

const minuteMs = 60_000;

/** As in infra/record.yml: a message that the pipe could not deliver becomes visible again after this time. */
const outboxVisibilityTimeoutSeconds = 300;

/** The Region of the deployed stack. */
export const monitorRegion = 'us-east-1';
export const eventBusName = 'voice-connector-failover-dev';
export const outboxQueueName = 'voice-connector-failover-dev-outbox';
export const overridesPath = '/voice-connector-failover/dev/overrides';

export type LocalAwsOptions = Pick<LambdaHostOptions, 'pauses' | 'onLog'> & {
  readonly world: WorldSpec;
  /** The account's groups. The world's calls are routed by the same ids. */
  readonly groups: readonly GroupSeed[];
  /** The policy of the deployed functions, as a text such as policy.yml. */
  readonly policyFile: string;
  /** The folder of packaged functions, `functions/monitor.cjs` and so on, which load faster. Default: the sources. */
  readonly packageFolder?: string | undefined;
  /** Simulated seconds per real second between jumps. Default 1. */
  readonly speed?: number;
  readonly port?: number;
  /** Restricts the functions to the roles of a packaged template. Default: every request is allowed. */
  readonly permissions?: Permissions | undefined;
  /** `alarms`: every Voice Connector has an alarm that wakes the monitor, as with `wake: alarms` of a stage. Default: `schedule`. */
  readonly wake?: WakeMode | undefined;
};

const functionNames = ['monitor', 'operate', 'preflight', 'sessions'] as const;

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
  readonly #pace: Pace;

  private constructor(parts: {
    readonly clock: SimClock;
    readonly account: Account;
    readonly server: WireServer;
    readonly controls: Controls;
    readonly world: World;
    readonly functions: LambdaHost;
    readonly policy: PackagedPolicyFile;
    readonly pipe: Pipe;
    readonly pace: Pace;
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
    this.#pace = parts.pace;
  }

  /** Starts at the first minute of the world, before any calls. */
  static async start(options: LocalAwsOptions): Promise<LocalAws> {
    const { world: spec, policyFile, speed, port, permissions } = options;
    const clock = SimClock.startingAt(spec.startsAt, speed === undefined ? {} : { speed });
    const account = seededAccount(options, clock);
    const { wake = 'schedule' } = options;
    const pace = new Pace(clock, speed ?? 1);
    const world = createWorld(spec);

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
      deployWakeAlarms({
        account,
        monitorRegion,
        connectors: spec.connectors,
        policy: loadPackagedPolicy(policy.path),
      });
    }
    const functions = deploy(server.url, account, clock, policy.path, options);
    deployed.functions = functions;
    const controls = controlsOf({ clock, server, world, pace });
    server.addPages(controls);
    const pipe = new Pipe({
      url: server.url,
      region: monitorRegion,
      queueName: outboxQueueName,
      eventBusName,
      account,
    });
    return new LocalAws({ clock, account, server, controls, world, functions, policy, pipe, pace, wake });
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
    const minutes = advanceTo(this.#world, this.clock.now(), sinks);
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

  async close(): Promise<void> {
    await this.#functions.close();
    this.#pipe.close();
    await this.server.close();
    this.#policy.remove();
  }
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

function seededAccount({ world, groups }: LocalAwsOptions, clock: SimClock): Account {
  const account = new Account({ now: () => clock.now() });
  for (const { voiceConnectorId, region } of world.connectors) {
    account.chime.seedConnector({ voiceConnectorId, awsRegion: region, name: voiceConnectorId });
  }
  for (const group of groups) {
    const voiceConnectorGroupId = account.chime.seedGroup(group);
    account.chime.seedPhoneNumber({ voiceConnectorGroupId, region: group.createdIn ?? 'us-east-1' });
  }
  // One that nothing is associated with, to try that.
  account.chime.seedPhoneNumber();
  account.eventBridge.seedBus(monitorRegion, eventBusName);
  account.queues.create(monitorRegion, outboxQueueName, outboxVisibilityTimeoutSeconds);
  return account;
}

/** Declares the functions as serverless.yml does, except for AWS's address. */
function deploy(
  url: string,
  account: Account,
  clock: SimClock,
  policyPath: string,
  { packageFolder, pauses, onLog, wake }: Pick<LocalAwsOptions, 'packageFolder' | 'pauses' | 'onLog' | 'wake'>,
): LambdaHost {
  const env = {
    AWS_ENDPOINT_URL: url,
    CONTROL_REGIONS: 'us-east-1,us-west-2',
    EVENT_BUS_NAME: eventBusName,
    OUTBOX_QUEUE_URL: `${url}/000000000000/${outboxQueueName}`,
    CODE_VERSION: 'local',
    POWERTOOLS_SERVICE_NAME: 'voice-connector-failover',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
  const keep = keepLog(account, monitorRegion);
  const module = (name: string): URL =>
    pathToFileURL(
      packageFolder === undefined
        ? `${import.meta.dirname}/../functions/${name}.ts`
        : `${packageFolder}/functions/${name}.cjs`,
    );
  const monitorEnv = {
    ...env,
    POLICY_FILE: policyPath,
    OVERRIDES_PATH: overridesPath,
    MONITOR_REGIONS: monitorRegion,
    ...(wake === 'alarms' ? { MINUTE_RULE_NAME: minuteRuleOfDev, WAKE_ALARM_PREFIX: wakeAlarmPrefixOfDev } : {}),
  };
  return createLambdaHost({
    clock,
    region: monitorRegion,
    functions: {
      monitor: { module: module('monitor'), env: monitorEnv, timeoutSeconds: 50 },
      operate: { module: module('operate'), env: monitorEnv, timeoutSeconds: 50 },
      preflight: { module: module('preflight'), env: monitorEnv, timeoutSeconds: 120 },
      sessions: { module: module('sessions'), env: { ...env, POLICY_FILE: policyPath }, timeoutSeconds: 120 },
    },
    ...(pauses === undefined ? {} : { pauses }),
    onLog: (line) => {
      keep(line);
      onLog?.(line);
    },
  });
}
