/** The environment variables of the Lambda functions, read once at cold start. serverless.yml says what each is for. */
import { z } from 'zod';
import { parse } from './validation.ts';

const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;

const regionNames = z
  .string('Expected Region names with commas between them')
  .transform((text) => text.split(',').map((region) => region.trim()))
  .refine(
    (regions) => regions.every((region) => regionName.test(region)) && new Set(regions).size === regions.length,
    'Expected different Region names with commas between them, such as us-east-1,us-west-2',
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
});

const monitor = monitorVariables.refine(
  // Else its own notes would not be among those it reads.
  ({ AWS_REGION: own, MONITOR_REGIONS: regions }) => regions.includes(own),
  {
    path: ['MONITOR_REGIONS'],
    message: 'Expected the Region that this monitor runs in, AWS_REGION, among them',
    when: ({ issues }) => issues.length === 0,
  },
);

export type CommonEnvironment = z.output<typeof common>;

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws InvalidInputError naming every variable that is missing or wrong */
export function sessionsEnvironment(variables: Variables) {
  return parse(sessionsVariables, variables, 'the environment of the function sessions');
}

export type MonitorEnvironment = z.output<typeof monitor>;

/** @throws InvalidInputError naming every variable that is missing or wrong */
export function monitorEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function monitor');
}

/** @throws InvalidInputError naming every variable that is missing or wrong */
export function operateEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function operate');
}

/**
 * As the monitor's: what it looks at is what the monitor would.
 * @throws InvalidInputError naming every variable that is missing or wrong
 */
export function preflightEnvironment(variables: Variables): MonitorEnvironment {
  return parse(monitor, variables, 'the environment of the function preflight');
}
