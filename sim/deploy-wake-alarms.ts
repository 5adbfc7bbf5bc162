/** What `wake: alarms` deploys, in a local AWS: the rules that run the monitor, and the templates with the alarms that wake it. */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { minuteRule, minuteRuleName } from '../infra/minute-rule.ts';
import { wakeAlarmPrefix, wakeAlarmTemplate } from '../infra/wake-alarms.ts';
import type { Policy } from '../lib/input/policy.ts';
import { accountId } from './account/account-id.ts';
import type { Account } from './account/account.ts';
import { deployedNamePrefix } from './lambda/function-name.ts';
import { resolve, type Resources } from './wire/iam/intrinsics.ts';
import type { OperationContext } from './wire/operation.ts';
import { alarmOperations } from './wire/services/alarms.ts';
import { eventRuleOperations } from './wire/services/event-rules.ts';

const stage = 'dev';

export const minuteRuleOfDev = minuteRuleName(stage);
export const wakeAlarmPrefixOfDev = wakeAlarmPrefix(stage);

const monitorFunction: Resources = {
  MonitorLambdaFunction: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: `${deployedNamePrefix}monitor` },
  },
};

export type WakeDeployment = {
  readonly account: Account;
  /** The Region of the monitor. */
  readonly monitorRegion: string;
  readonly connectors: readonly { readonly voiceConnectorId: string; readonly region: string }[];
  readonly policy: Pick<Policy, 'metricDimensions'>;
};

export function deployWakeAlarms({ account, monitorRegion, connectors, policy }: WakeDeployment): void {
  create(account, monitorRegion, { ...monitorFunction, ...minuteRule('alarms'), ...eventRules() });
  const byRegion = Map.groupBy(connectors, ({ region }) => region);
  const wakeAlarms = Object.fromEntries(
    [...byRegion].map(([region, all]) => [region, all.map(({ voiceConnectorId }) => voiceConnectorId)] as const),
  );
  const settings = { regions: [monitorRegion], wakeAlarms, permissionsBoundary: undefined };
  for (const region of byRegion.keys()) {
    create(account, region, wakeAlarmTemplate({ stage, settings, policy }, region).Resources);
  }
}

const serverlessSchema = z.object({
  functions: z.object({
    monitor: z.object({ events: z.array(z.object({ eventBridge: z.object({ pattern: z.unknown() }) })) }),
  }),
});

/** The rules on the bus `default` that serverless.yml declares as events of the monitor. */
function eventRules(): Resources {
  const text = readFileSync(`${import.meta.dirname}/../serverless.yml`, 'utf8');
  const tags = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({ tag, resolve: (value: string) => value }));
  const { events } = serverlessSchema.parse(parseYaml(text, { customTags: tags })).functions.monitor;
  return Object.fromEntries(
    events.map(({ eventBridge: { pattern } }, place) => [
      `MonitorEvent${place}`,
      {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: `${deployedNamePrefix}monitor-rule-${place + 1}`,
          EventPattern: pattern,
          State: 'ENABLED',
          Targets: [{ Id: 'monitor', Arn: { 'Fn::GetAtt': ['MonitorLambdaFunction', 'Arn'] } }],
        },
      },
    ]),
  );
}

const ruleSchema = z.looseObject({
  Name: z.string(),
  EventPattern: z.unknown().optional(),
  Targets: z.array(z.object({ Id: z.string(), Arn: z.unknown() })),
});

/** Creates the alarms and the rules among these resources, by AWS's own operations. */
function create(account: Account, region: string, resources: Resources): void {
  const context: OperationContext = { account, region, baseUrl: '', effect: undefined };
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::CloudWatch::Alarm') alarmOperations['PutMetricAlarm']?.(Properties, context);
    if (Type !== 'AWS::Events::Rule') continue;
    const { EventPattern, Targets, ...rule } = ruleSchema.parse(Properties);
    const Name = rule.Name.replace('${sls:stage}', stage);
    const pattern = EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) };
    const targets = Targets.map(({ Id, Arn }) => ({ Id, Arn: resolve(Arn, resources, { accountId, region }) }));
    eventRuleOperations['PutRule']?.({ ...rule, ...pattern, Name }, context);
    eventRuleOperations['PutTargets']?.({ Rule: Name, Targets: targets }, context);
  }
}
