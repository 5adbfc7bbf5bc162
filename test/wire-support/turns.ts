/** Turns taken in the test's own thread: the real flow and adapters, and time that passes only where they wait. */
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
import { Metrics } from '../../lib/aws/metrics.ts';
import { OverrideWriter } from '../../lib/aws/override-writer.ts';
import { Overrides } from '../../lib/aws/overrides.ts';
import { Outbox } from '../../lib/aws/outbox.ts';
import { EventBus } from '../../lib/aws/event-bus.ts';
import { emf } from '../../lib/lambda/emf.ts';
import { parsePolicy } from '../../lib/input/policy.ts';
import type { Ports, Signals } from '../../lib/ports.ts';
import type { GroupResult } from '../../lib/audit/group-result.ts';
import type { RunResult } from '../../lib/monitor/result.ts';
import type { Trigger } from '../../lib/input/trigger.ts';
import { turn } from '../../lib/monitor/turn.ts';
import { accessKeyIdOf } from '../../sim/lambda/credentials.ts';
import { eventBusName, overridesPath, outboxQueueName } from '../../sim/local-aws.ts';
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
  readonly role?: 'monitor' | 'operate' | 'preflight' | 'sessions';
  /** Told of every client before its first request. */
  readonly uponClient?: ((client: SdkClient) => void) | undefined;
};

/**
 * Real clients of the test's AWS in the role of a function, with the shipped settings but for a shorter patience where a test is
 * about hanging.
 */
export function clientsOf(
  { server }: { readonly server: { readonly url: string } },
  { requestTimeout = 3000, role = 'monitor', uponClient }: ClientOptions = {},
) {
  const clients: { destroy(): void }[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  const kept = <Client extends SdkClient>(client: Client): Client => {
    clients.push(client);
    uponClient?.(client);
    return client;
  };
  const local = (region: string) => ({
    region,
    endpoint: server.url,
    credentials: { accessKeyId: accessKeyIdOf(role), secretAccessKey: 'local' },
    // Simulated time is far from the wall's: the SDK would blame that for any error, and repeat the request unless two clocks met to the millisecond.
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
  readonly level: 'info' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type TurnOptions = {
  readonly policy?: string;
  readonly trigger?: Trigger;
  readonly runId?: string;
  readonly monitorRegion?: string;
  /** Where its notes and the operator's word are. Default: where it runs. */
  readonly monitorRegions?: readonly string[];
  readonly controlRegions?: readonly string[];
  readonly requestTimeout?: number;
  readonly signals?: Signals;
  /** Told of every client before its first request. */
  readonly uponClient?: (client: SdkClient) => void;
  /** Puts something else in the place of an adapter. */
  readonly adapted?: (ports: Ports) => Ports;
};

export function queueUrlOf({ server }: Pick<TestAws, 'server'>): string {
  return `${server.url}/000000000000/${outboxQueueName}`;
}

const never = new AbortController().signal;

/** One turn. Pauses move the clock instead of taking their time. */
export async function takeTurn(
  aws: TestAws,
  options: TurnOptions = {},
): Promise<{
  readonly result: RunResult;
  readonly lines: readonly LogLine[];
  /** As CloudWatch Logs reads them. */
  readonly metricLines: readonly string[];
}> {
  const { requestTimeout, uponClient } = options;
  const clients = clientsOf(aws, { requestTimeout, uponClient });
  const monitorRegions = options.monitorRegions ?? [options.monitorRegion ?? 'us-east-1'];
  const policy = parsePolicy(options.policy ?? enforced, 'the policy');
  const lines: LogLine[] = [];
  const metricLines: string[] = [];
  const sleep: Ports['sleep'] = (milliseconds) => {
    aws.clock.jumpTo(aws.clock.now() + milliseconds);
    return Promise.resolve();
  };
  const ports: Ports = {
    groups: new Groups({
      clientOf: clients.chime,
      controlRegions: options.controlRegions ?? ['us-east-1', 'us-west-2'],
    }),
    metrics: new Metrics({ clientOf: clients.cloudWatch, dimensions: policy.metricDimensions }),
    changes: new Changes({ clientOf: clients.cloudWatch, regions: monitorRegions }),
    overrides: new Overrides({ clientOf: clients.ssm, regions: monitorRegions, path: overridesPath }),
    groupWriter: new GroupWriter({ clientOf: clients.chimeForWrites }),
    changeRecorder: new ChangeRecorder({ clientOf: clients.cloudWatch, regions: monitorRegions }),
    overrideWriter: new OverrideWriter({ clientOf: clients.ssm, regions: monitorRegions, path: overridesPath }),
    eventBus: new EventBus({ client: clients.eventBridge, eventBusName, sleep }),
    outbox: new Outbox({ client: clients.sqs, queueUrl: queueUrlOf(aws), sleep }),
    log: {
      info: (message, fields) => lines.push({ level: 'info', message, fields }),
      error: (message, fields) => lines.push({ level: 'error', message, fields }),
    },
    telemetry: emf({
      functionName: 'monitor',
      clock: () => aws.clock.now(),
      writeLine: (line) => metricLines.push(line),
    }),
    clock: () => aws.clock.now(),
    random: () => 0.5,
    sleep,
  };
  const request = {
    runId: options.runId ?? 'turn-1',
    codeVersion: '1.2.3+abc',
    monitorRegion: options.monitorRegion ?? 'us-east-1',
    trigger: options.trigger ?? { kind: 'scheduled' },
  };
  const adapted = options.adapted?.(ports) ?? ports;
  const result = await turn(
    adapted,
    policy,
    request,
    options.signals ?? { work: never, publish: never, outbox: never },
  );
  return { result, lines, metricLines };
}

/** The decision on one group. */
export function groupIn(result: RunResult, voiceConnectorGroupId = 'main-line'): GroupResult {
  const group = result.groups.find((each) => each.voiceConnectorGroupId === voiceConnectorGroupId);
  if (group === undefined) throw new Error(`the turn decided nothing on ${voiceConnectorGroupId}`);
  return group;
}
