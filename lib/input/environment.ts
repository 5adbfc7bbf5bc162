/** The environment variables of the Lambda functions, read once at cold start. serverless.yml explains each. */
import * as z from 'zod';
import { regionName } from './region-name.ts';
import { parse } from './validation.ts';

const regionNames = z
  .string('Expected Region names separated by commas')
  .transform((text) => text.split(',').map((region) => region.trim()))
  .refine(
    (regions) => regions.every((region) => regionName.test(region)) && new Set(regions).size === regions.length,
    'Expected different Region names separated by commas, such as us-east-1,us-west-2',
  );

const common = z.object({
  AWS_REGION: z.string().regex(regionName, 'Expected a Region name such as us-east-1'),
  AWS_LAMBDA_FUNCTION_NAME: z.string().min(1),
  CONTROL_REGIONS: regionNames,
  EVENT_BUS_NAME: z.string().min(1),
  OUTBOX_QUEUE_URL: z.url('Expected the URL of a queue'),
  CODE_VERSION: z.string().min(1),
});

const sessionsVariables = common.extend({ POLICY_FILE: z.string().min(1) });

const monitorVariables = sessionsVariables.extend({
  OVERRIDES_PATH: z.string().regex(/^(\/[\w.-]+)+$/, 'Expected a path such as /voice-connector-failover/overrides'),
  MONITOR_REGIONS: regionNames,
  // Both are set where alarms wake the monitor.
  MINUTE_RULE_NAME: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,64}$/, 'Expected the name of an EventBridge rule')
    .optional(),
  WAKE_ALARM_PREFIX: z.string().min(1).max(128).optional(),
});

const monitor = monitorVariables.refine(
  // The monitor records its changes in its own Region, and must read them there.
  ({ AWS_REGION: own, MONITOR_REGIONS: regions }) => regions.includes(own),
  {
    path: ['MONITOR_REGIONS'],
    message: 'Expected AWS_REGION, the Region that this monitor runs in, among them',
    when: ({ issues }) => issues.length === 0,
  },
);

const lister = monitor.safeExtend({
  SHARD_QUEUE_URL: z.url('Expected the URL of a queue'),
  SHARDS: z.coerce.number().pipe(z.int('Expected a whole number').min(2, 'Expected at least 2')),
});

const logGroup = z.string().regex(/^[\w/.#-]{1,512}$/, 'Expected the name of a log group');

const report = sessionsVariables.extend({
  REPORT_BUCKET: z.string().min(1),
  REPORT_PREFIX: z.string().regex(/^[\w-]+(\/[\w-]+)*$/, 'Expected a path such as reports/prod/us-west-2'),
  MONITOR_LOG_GROUP: logGroup,
  OPERATE_LOG_GROUP: logGroup,
});

export type CommonEnvironment = z.output<typeof common>;

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws InvalidInputError with every missing or invalid variable */
export function sessionsEnvironment(variables: Variables) {
  return parse(sessionsVariables, variables, 'the environment of the function sessions');
}

export type MonitorEnvironment = z.output<typeof monitor>;

/** @throws InvalidInputError with every missing or invalid variable */
export function monitorEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function monitor');
}

export type ListerEnvironment = z.output<typeof lister>;

/** @throws InvalidInputError with every missing or invalid variable */
export function listerEnvironment(variables: Variables): ListerEnvironment {
  return parse(lister, variables, 'the environment of the function lister');
}

export type ReportEnvironment = z.output<typeof report>;

/** @throws InvalidInputError with every missing or invalid variable */
export function reportEnvironment(variables: Variables): ReportEnvironment {
  return parse(report, variables, 'the environment of the function report');
}

/** @throws InvalidInputError with every missing or invalid variable */
export function operateEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function operate');
}

/**
 * The same variables as the monitor's, because preflight reads what the monitor reads.
 * @throws InvalidInputError with every missing or invalid variable
 */
export function preflightEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function preflight');
}
