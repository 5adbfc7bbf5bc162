/** The whole local AWS: an account with a telephone world behind it, its wire protocols, and the functions deployed in it. */
import { pathToFileURL } from 'node:url';
import { Account } from './account/account.ts';
import type { GroupSeed } from './account/chime/groups.ts';
import { SimClock, type EpochMs } from './clock.ts';
import { createLambdaHost, type LambdaHost } from './lambda/host.ts';
import { Pipe } from './pipe.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { Invocation, LambdaHost as LambdaPort } from './wire/lambda.ts';
import { startWireServer, type WireServer } from './wire/server.ts';
import { advanceTo } from './world/advance.ts';
import type { MinuteOfWorld } from './world/minute.ts';
import type { WorldSpec } from './world/spec.ts';
import { createWorld, type World } from './world/world.ts';

const minuteMs = 60_000;

/** As infra/outbox.yml has it: the pipe retries an event that it could not deliver after this many seconds. */
const parkingVisibilitySeconds = 300;

/** Where the monitor is deployed, and its bus. */
export const monitorRegion = 'us-east-1';
export const eventBusName = 'voice-connector-failover-dev';
export const outboxQueueName = 'voice-connector-failover-dev-outbox';
export const overridesPath = '/voice-connector-failover/dev/overrides';

export type LocalAwsOptions = {
  readonly world: WorldSpec;
  /** Groups as the account has them; the world's calls find their way by the same ids. */
  readonly groups: readonly GroupSeed[];
  /** The policy that the deployed monitor is built with. */
  readonly policyFile: string;
  /** How many times as fast as the wall the simulated time runs between jumps. Default 1. */
  readonly speed?: number;
  readonly port?: number;
  /** Holds the functions to the roles of a packaged template. Default: they may do everything. */
  readonly permissions?: Permissions | undefined;
  readonly onLog?: (line: { readonly functionName: string; readonly line: string }) => void;
};

export class LocalAws {
  readonly clock: SimClock;
  readonly account: Account;
  readonly server: WireServer;
  readonly #world: World;
  readonly #functions: LambdaHost;
  readonly #pipe: Pipe;

  private constructor(parts: {
    readonly clock: SimClock;
    readonly account: Account;
    readonly server: WireServer;
    readonly world: World;
    readonly functions: LambdaHost;
    readonly pipe: Pipe;
  }) {
    this.clock = parts.clock;
    this.account = parts.account;
    this.server = parts.server;
    this.#world = parts.world;
    this.#functions = parts.functions;
    this.#pipe = parts.pipe;
  }

  /** Starts it at the first minute of the world, with nothing played yet. */
  static async start(options: LocalAwsOptions): Promise<LocalAws> {
    const { world: spec, groups, policyFile, speed, port, permissions, onLog } = options;
    const world = createWorld(spec);
    const clock = SimClock.startingAt(spec.startsAt, speed === undefined ? {} : { speed });
    const account = new Account({ now: () => clock.now() });
    for (const { voiceConnectorId, region } of spec.connectors) {
      account.chime.seedConnector({ voiceConnectorId, awsRegion: region, name: voiceConnectorId });
    }
    for (const group of groups) {
      const voiceConnectorGroupId = account.chime.seedGroup(group);
      account.chime.seedPhoneNumber({ voiceConnectorGroupId, region: group.createdIn ?? 'us-east-1' });
    }
    account.eventBridge.seedBus(monitorRegion, eventBusName);
    account.queues.create(monitorRegion, outboxQueueName, parkingVisibilitySeconds);

    // The functions must be told the server's address, and the server whom to invoke.
    const deployed: { functions?: LambdaHost } = {};
    const lambda: LambdaPort = {
      invoke: (name, payload) => {
        if (deployed.functions === undefined) throw new Error('invoked before the functions were deployed');
        return deployed.functions.invoke(name, payload);
      },
    };
    const server = await startWireServer({
      account,
      clock,
      lambda,
      permissions,
      ...(port === undefined ? {} : { port }),
    });
    const functions = deploy(server.url, policyFile, clock, onLog);
    deployed.functions = functions;
    const pipe = new Pipe({
      url: server.url,
      region: monitorRegion,
      queueName: outboxQueueName,
      eventBusName,
      account,
    });
    return new LocalAws({ clock, account, server, world, functions, pipe });
  }

  /** Plays every whole minute up to `time`, and makes it that time. */
  playUntil(time: EpochMs): readonly MinuteOfWorld[] {
    const minutes: MinuteOfWorld[] = [];
    while (this.#world.nextMinuteStartsAt + minuteMs <= time) {
      this.clock.jumpTo(this.#world.nextMinuteStartsAt + minuteMs);
      minutes.push(...this.catchUp());
    }
    this.clock.jumpTo(time);
    return minutes;
  }

  /** Plays the minutes that have passed by themselves, for a clock that is left to run. */
  catchUp(): readonly MinuteOfWorld[] {
    const sinks = { routing: this.account, metrics: this.account, pings: this.account };
    return advanceTo(this.#world, this.clock.now(), sinks);
  }

  /**
   * Invokes a deployed function without the wire, as a schedule does. Afterwards the pipe has its turn: it polls all the time, and
   * this is when simulated time has passed.
   */
  async invoke(functionName: string, payload: string): Promise<Invocation> {
    const invocation = await this.#functions.invoke(functionName, payload);
    await this.#pipe.poll();
    return invocation;
  }

  async close(): Promise<void> {
    await this.#functions.close();
    this.#pipe.close();
    await this.server.close();
  }
}

/** As serverless.yml declares them, but for the address they reach AWS at. */
function deploy(url: string, policyFile: string, clock: SimClock, onLog: LocalAwsOptions['onLog']): LambdaHost {
  const env = {
    AWS_ENDPOINT_URL: url,
    CONTROL_REGIONS: 'us-east-1,us-west-2',
    EVENT_BUS_NAME: eventBusName,
    OUTBOX_QUEUE_URL: `${url}/000000000000/${outboxQueueName}`,
    CODE_VERSION: 'local',
    POWERTOOLS_SERVICE_NAME: 'voice-connector-failover',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
  const module = (name: string): URL => pathToFileURL(`${import.meta.dirname}/../functions/${name}.ts`);
  const monitorEnv = { ...env, POLICY_FILE: policyFile, OVERRIDES_PATH: overridesPath, MONITOR_REGIONS: monitorRegion };
  return createLambdaHost({
    clock,
    region: monitorRegion,
    functions: {
      monitor: { module: module('monitor'), env: monitorEnv, timeoutSeconds: 50 },
      operate: { module: module('operate'), env: monitorEnv, timeoutSeconds: 50 },
      preflight: { module: module('preflight'), env: monitorEnv, timeoutSeconds: 120 },
      sessions: { module: module('sessions'), env: { ...env, POLICY_FILE: policyFile }, timeoutSeconds: 120 },
    },
    ...(onLog === undefined ? {} : { onLog }),
  });
}
