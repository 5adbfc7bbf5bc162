/** Runs of the monitor in the test's own thread: the real flow and adapters, with time that advances only while they wait. */
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import { clientSettings, perRegion, writeClientSettings } from '../../lib/aws/client.ts';
import { ChangeRecorder } from '../../lib/aws/change-recorder.ts';
import { Changes } from '../../lib/aws/changes.ts';
import { GroupWriter } from '../../lib/aws/group-writer.ts';
import { Groups } from '../../lib/aws/groups.ts';
import { lastOrders } from '../../lib/aws/last-orders.ts';
import { Metrics } from '../../lib/aws/metrics.ts';
import { OverrideWriter } from '../../lib/aws/override-writer.ts';
import { Overrides } from '../../lib/aws/overrides.ts';
import { Outbox } from '../../lib/aws/outbox.ts';
import { EventBus } from '../../lib/aws/event-bus.ts';
import { emf } from '../../lib/lambda/emf.ts';
import type { Policy } from '../../lib/input/policy.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { operate } from '../../lib/operate/operate.ts';
import type { CommandReport } from '../../lib/operate/result.ts';
import type { Signals } from '../../lib/ports.ts';
import type { MonitorPorts, Ports } from '../../lib/write-ports.ts';
import type { GroupResult } from '../../lib/audit/group-result.ts';
import type { RunResult } from '../../lib/monitor/result.ts';
import type { Trigger } from '../../lib/input/trigger.ts';
import { turn } from '../../lib/monitor/turn.ts';
import { accessKeyIdOf } from '../../sim/lambda/credentials.ts';
import { eventBusName, overridesPath, outboxQueueName } from '../../sim/stack.ts';
import { type TestAws } from './account.ts';

export const enforced = `
version: 1
defaults: { mode: enforce }
groups:
  - group: main-line
    failback: auto
    preferredOrder: [vc-east, vc-west]
`;

export type SdkClient = { destroy(): void; readonly middlewareStack: { use(plugin: never): void } };

type ClientOptions = {
  readonly requestTimeout?: number | undefined;
  readonly role?: 'monitor' | 'operate' | 'preflight' | 'sessions' | 'lister';
  /** Called with every client before its first request. */
  readonly onClient?: ((client: SdkClient) => void) | undefined;
};

/**
 * SDK clients for the simulated AWS in the role of a function. They have the shipped settings, except for a shorter request timeout in
 * tests of unanswered requests.
 */
export function clientsOf(
  { server }: { readonly server: { readonly url: string } },
  { requestTimeout = 3000, role = 'monitor', onClient }: ClientOptions = {},
) {
  const clients: { destroy(): void }[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  const kept = <Client extends SdkClient>(client: Client): Client => {
    clients.push(client);
    onClient?.(client);
    return client;
  };
  const local = (region: string) => ({
    region,
    endpoint: server.url,
    credentials: { accessKeyId: accessKeyIdOf(role), secretAccessKey: 'local' },
    // Simulated time differs from real time: the SDK would take that for the cause of any error and retry the request.
    disableClockSkewCorrection: true,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout },
  });
  return {
    chime: perRegion((region) => kept(new ChimeSDKVoiceClient({ ...clientSettings, ...local(region) }))),
    chimeForWrites: perRegion((region) => kept(new ChimeSDKVoiceClient({ ...writeClientSettings, ...local(region) }))),
    cloudWatch: perRegion((region) => kept(new CloudWatchClient({ ...clientSettings, ...local(region) }))),
    eventBridge: kept(new EventBridgeClient({ ...clientSettings, ...local('us-east-1') })),
    sqs: kept(new SQSClient({ ...clientSettings, ...local('us-east-1'), useQueueUrlAsEndpoint: false })),
    ssm: perRegion((region) => kept(new SSMClient({ ...clientSettings, ...local(region) }))),
  };
}

export type LogLine = {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type TurnOptions = {
  readonly policy?: string;
  readonly trigger?: Trigger;
  readonly runId?: string;
  readonly monitorRegion?: string;
  /** The Regions of the change records and the overrides. Default: the Region of the monitor. */
  readonly monitorRegions?: readonly string[];
  readonly controlRegions?: readonly string[];
  readonly requestTimeout?: number;
  readonly signals?: Signals;
  /** Called with every client before its first request. */
  readonly onClient?: (client: SdkClient) => void;
  /** Replaces adapters. */
  readonly adapted?: (ports: Ports) => Ports;
};

export function queueUrlOf({ server }: Pick<TestAws, 'server'>): string {
  return `${server.url}/000000000000/${outboxQueueName}`;
}

const never = new AbortController().signal;

export type TestProcess = {
  readonly ports: MonitorPorts;
  readonly policy: Policy;
  readonly lines: readonly LogLine[];
  readonly metricLines: readonly string[];
};

/** Everything that a function of the service has around it. A sleep advances the clock and returns at once. */
export function processOf(aws: TestAws, options: TurnOptions, role: 'monitor' | 'operate' | 'lister'): TestProcess {
  const { requestTimeout, onClient } = options;
  const clients = clientsOf(aws, { requestTimeout, onClient, role });
  const regions = options.monitorRegions ?? [options.monitorRegion ?? 'us-east-1'];
  const policy = parsePolicy(options.policy ?? enforced, 'the policy');
  const lines: LogLine[] = [];
  const metricLines: string[] = [];
  const sleep: Ports['sleep'] = (milliseconds) => {
    aws.clock.jumpTo(aws.clock.now() + milliseconds);
    return Promise.resolve();
  };
  const controlRegions = options.controlRegions ?? ['us-east-1', 'us-west-2'];
  const ports: Ports = {
    groups: new Groups({ clientOf: clients.chime, controlRegions, clock: () => aws.clock.now() }),
    metrics: new Metrics({
      clientOf: clients.cloudWatch,
      dimensions: policy.metricDimensions,
      metricsRegions: policy.metricsRegions,
    }),
    changes: new Changes({ clientOf: clients.cloudWatch, regions }),
    lastOrders: lastOrders(clients.cloudWatch, regions),
    overrides: new Overrides({ clientOf: clients.ssm, regions, path: overridesPath }),
    groupWriter: new GroupWriter({ clientOf: clients.chimeForWrites }),
    changeRecorder: new ChangeRecorder({ clientOf: clients.cloudWatch, regions }),
    overrideWriter: new OverrideWriter({ clientOf: clients.ssm, regions, path: overridesPath }),
    eventBus: new EventBus({ client: clients.eventBridge, eventBusName, sleep }),
    outbox: new Outbox({ client: clients.sqs, queueUrl: queueUrlOf(aws), sleep }),
    log: {
      info: (message, fields) => lines.push({ level: 'info', message, fields }),
      warn: (message, fields) => lines.push({ level: 'warn', message, fields }),
      error: (message, fields) => lines.push({ level: 'error', message, fields }),
    },
    telemetry: emf({
      functionName: role,
      clock: () => aws.clock.now(),
      writeLine: (line) => metricLines.push(line),
    }),
    clock: () => aws.clock.now(),
    serverTimes: () => [],
    random: () => 0.5,
    sleep,
  };
  const adapted = options.adapted?.(ports) ?? ports;
  // Every Region is waited for: test/monitor/hanging-region.test.ts has the packaged monitor, which does not.
  const hasty = () => ({ ports: adapted, hasGivenUp: () => false });
  return { ports: { ...adapted, hasty }, policy, lines, metricLines };
}

export function invocationOf({ runId = 'turn-1', monitorRegion = 'us-east-1' }: TurnOptions) {
  return { runId, codeVersion: '1.2.3+abc', monitorRegion };
}

/** Makes one run of the monitor. */
export async function takeTurn(
  aws: TestAws,
  options: TurnOptions = {},
): Promise<{
  readonly result: RunResult;
  readonly lines: readonly LogLine[];
  /** The lines in the embedded metric format. */
  readonly metricLines: readonly string[];
}> {
  const { ports, policy, lines, metricLines } = processOf(aws, options, 'monitor');
  const request = { ...invocationOf(options), trigger: options.trigger ?? ({ kind: 'scheduled' } as const) };
  const result = await turn(ports, policy, request, options.signals ?? { work: never, publish: never, outbox: never });
  return { result, lines, metricLines };
}

/** Carries out one command of an operator. */
export function giveCommand(aws: TestAws, event: object, options: TurnOptions = {}): Promise<CommandReport> {
  const { ports, policy } = processOf(aws, options, 'operate');
  const signals = options.signals ?? { work: never, publish: never, outbox: never };
  return operate(ports, policy, { ...invocationOf(options), event }, signals);
}

/** The result for one group. */
export function groupIn(result: RunResult, voiceConnectorGroupId = 'main-line'): GroupResult {
  const group = result.groups.find((each) => each.voiceConnectorGroupId === voiceConnectorGroupId);
  if (group === undefined) throw new Error(`the run has no result for ${voiceConnectorGroupId}`);
  return group;
}
