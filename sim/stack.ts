/** The deployed stack in the local AWS: its names, its resources and its functions, as in serverless.yml. */
import { pathToFileURL } from 'node:url';
import type { WakeMode } from '../lib/core/model/wake.ts';
import { occasionPattern } from '../infra/report.ts';
import { Account, accountId } from './account/account.ts';
import type { GroupSeed } from './account/chime/groups.ts';
import type { SimClock } from './clock.ts';
import { minuteRuleOfDev, wakeAlarmPrefixOfDev } from './deploy-wake-alarms.ts';
import { deployedNamePrefix } from './lambda/function-name.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from './lambda/host.ts';
import { keepLog } from './lambda/log-group.ts';
import type { State } from './state/state.ts';
import type { Permissions } from './wire/iam/permissions.ts';
import type { WorldSpec } from './world/spec.ts';

/** As in infra/record.yml: a message that the pipe could not deliver becomes visible again after this time. */
const outboxVisibilityTimeoutSeconds = 300;

/** The Region of the deployed stack. */
export const monitorRegion = 'us-east-1';
export const eventBusName = 'voice-connector-failover-dev';
export const outboxQueueName = 'voice-connector-failover-dev-outbox';
export const shardQueueName = 'voice-connector-failover-dev-shards.fifo';
export const overridesPath = '/voice-connector-failover/dev/overrides';

export type LocalAwsOptions = Pick<LambdaHostOptions, 'pauses' | 'onLog'> & {
  readonly world: WorldSpec;
  /** The account's groups. The world's calls are routed by the same ids. */
  readonly groups: readonly GroupSeed[];
  /** The policy of the deployed functions, as a text such as policy.yml. */
  readonly policyFile: string;
  /** The folder of packaged functions, `functions/monitor.cjs` and so on, which load faster. Default: the sources. */
  readonly packageFolder?: string | undefined;
  /** As in the settings of a stage. Default 1: the monitor decides all groups. */
  readonly shards?: number | undefined;
  /** As in the settings of a stage: the bucket is made too. Default: no reports are written. */
  readonly reportBucket?: string | undefined;
  /** Simulated seconds per real second between jumps. Default 1. */
  readonly speed?: number;
  readonly port?: number;
  /** Restricts the functions to the roles of a packaged template. Default: every request is allowed. */
  readonly permissions?: Permissions | undefined;
  /** What another one with the same world and groups kept: this one goes on where that one ended. */
  readonly resume?: State | undefined;
  /** `alarms`: every Voice Connector has an alarm that wakes the monitor, as with `wake: alarms` of a stage. Default: `schedule`. */
  readonly wake?: WakeMode | undefined;
};

export function isSharded({ shards = 1 }: Pick<LocalAwsOptions, 'shards'>): boolean {
  return shards > 1;
}

/** The rule of infra/report.ts, and a bucket to write to. */
function deployReports({ buckets, eventRules }: Account, bucket: string): void {
  const [name, place] = ['report-occasions', { region: monitorRegion, eventBusName }];
  buckets.create(monitorRegion, bucket);
  eventRules.put(place, {
    name,
    eventPattern: JSON.stringify(occasionPattern),
    scheduleExpression: undefined,
    state: 'ENABLED',
    description: undefined,
  });
  const arn = `arn:aws:lambda:${monitorRegion}:${accountId}:function:${deployedNamePrefix}report`;
  eventRules.putTargets(place, name, [{ id: 'report', arn }]);
}

/** As in infra/fan-out.ts. */
function createShardQueue({ queues }: Account): void {
  const deadLetterQueue = shardQueueName.replace('.fifo', '-dead-letter.fifo');
  queues.create(monitorRegion, deadLetterQueue);
  queues.create(monitorRegion, shardQueueName, 60, { deadLetterQueue, maxReceiveCount: 3 });
}

export function seededAccount({ world, groups, shards, reportBucket }: LocalAwsOptions, clock: SimClock): Account {
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
  if (isSharded({ shards })) createShardQueue(account);
  if (reportBucket !== undefined) deployReports(account, reportBucket);
  return account;
}

/** As in infra/report.ts; none without a bucket. */
function reportFunction(module: URL, env: Readonly<Record<string, string>>, bucket: string | undefined) {
  if (bucket === undefined) return {};
  const own = {
    REPORT_BUCKET: bucket,
    REPORT_PREFIX: `reports/dev/${monitorRegion}`,
    MONITOR_LOG_GROUP: `/aws/lambda/${deployedNamePrefix}monitor`,
    OPERATE_LOG_GROUP: `/aws/lambda/${deployedNamePrefix}operate`,
  };
  return { report: { module, env: { ...env, ...own }, timeoutSeconds: 120 } };
}

/** Declares the functions as serverless.yml does, except for AWS's address. */
export function deploy(
  url: string,
  account: Account,
  clock: SimClock,
  policyPath: string,
  {
    packageFolder,
    pauses,
    onLog,
    resume,
    shards = 1,
    wake,
    reportBucket,
  }: Pick<LocalAwsOptions, 'packageFolder' | 'pauses' | 'onLog' | 'resume' | 'shards' | 'wake' | 'reportBucket'>,
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
  const listerEnv = { SHARD_QUEUE_URL: `${url}/000000000000/${shardQueueName}`, SHARDS: String(shards) };
  return createLambdaHost({
    clock,
    region: monitorRegion,
    // The ids of requests are counted from 1 again, and must not be those of requests before the restart.
    ...(resume === undefined ? {} : { seed: `resumed at ${resume.now}` }),
    functions: {
      monitor: { module: module('monitor'), env: monitorEnv, timeoutSeconds: 50 },
      ...(isSharded({ shards })
        ? { lister: { module: module('lister'), env: { ...monitorEnv, ...listerEnv }, timeoutSeconds: 50 } }
        : {}),
      ...reportFunction(module('report'), { ...env, POLICY_FILE: policyPath }, reportBucket),
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
