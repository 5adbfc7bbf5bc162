/** Every setting of config/<stage>.yml. docs/settings.md has a table made from this list. */
import * as z from 'zod';
import { wholeNumberFrom } from '../lib/input/numbers.ts';
import { regionName } from '../lib/input/region-name.ts';
import { wakeModes } from '../lib/core/model/wake.ts';

const region = z.string().regex(regionName, 'Expected a Region name such as us-west-2');

/** A repeated entry is a typing mistake: another one was meant. */
function different(entries: readonly string[]): boolean {
  return new Set(entries).size === entries.length;
}

const regions = z
  .array(region)
  .min(1, 'Expected at least one Region')
  .max(10, 'Expected at most 10 Regions')
  .refine(different, 'Expected different Regions');

/** SNS subscribes an e-mail address or an HTTPS endpoint, such as that of a paging service. */
const address = z
  .string()
  .max(500)
  .refine(
    (text) => z.email().safeParse(text).success || isHttpsUrl(text),
    'Expected an e-mail address or an https:// URL',
  );

const addresses = z
  .array(address)
  .max(20, 'Expected at most 20 addresses')
  .refine(different, 'Expected different addresses');

function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^\s"'<>\\${}]+$/.test(text) && URL.canParse(text);
}

/** The retention periods that CloudWatch Logs accepts. */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const maxTags = 40;

/** A tag that begins with `aws:` is refused by AWS at the end of a deployment. */
const tags = z
  .record(
    z.string().regex(/^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu, 'Expected a tag name without aws: before it'),
    z
      .string()
      .regex(/^[\p{L}\p{N} _.:/=+@-]{0,256}$/u, 'Expected a text of at most 256 letters, digits, spaces and _.:/=+@-'),
  )
  .refine((all) => Object.keys(all).length <= maxTags, `Expected at most ${maxTags} tags`);

/** CloudFormation takes 500 resources in a template; each alarm is one. */
const maxWakeAlarms = 400;

const wakeAlarms = z
  .record(
    region,
    z
      .array(z.string().regex(/^[\w-]{1,128}$/, 'Expected the id of a Voice Connector'))
      .min(1, 'Expected at least one Voice Connector')
      .max(maxWakeAlarms, `Expected at most ${maxWakeAlarms} Voice Connectors`)
      .refine(different, 'Expected different Voice Connectors'),
  )
  .refine((regionsWithAlarms) => Object.keys(regionsWithAlarms).length <= 10, 'Expected at most 10 Regions');

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d{1,3}(?:\.\d{1,3}){3}$)(?!.*\.\.)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const stageSchema = z
  .strictObject({
    regions,
    controlRegions: regions,
    policy: z.string().min(1).max(1000),
    alerts: z.strictObject({ page: addresses, ticket: addresses }),
    runbookUrl: z
      .string()
      .max(500)
      .refine((text) => isHttpsUrl(text) && !text.includes('#'), 'Expected an https:// URL without #')
      .optional(),
    reservedConcurrency: z.union([z.literal(1), z.literal('none')], 'Expected 1 or none').default(1),
    permissionsBoundary: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, 'Expected the ARN of an IAM policy')
      .optional(),
    tags: tags.default({}),
    logRetentionDays: z
      .number('Expected a number of days that CloudWatch Logs accepts')
      .refine(
        (days) => logRetentionDays.includes(days),
        `Expected a number of days that CloudWatch Logs accepts: ${logRetentionDays.join(', ')}`,
      )
      .default(90),
    archiveRetentionDays: wholeNumberFrom(1, 3650).default(400),
    dashboard: z.boolean().default(true),
    monitorMemoryMegabytes: wholeNumberFrom(512, 10_240).default(512),
    shards: wholeNumberFrom(1, 100).default(1),
    wake: z.enum(wakeModes, 'Expected schedule or alarms').default('schedule'),
    wakeAlarms: wakeAlarms.default({}),
    reportBucket: z.string().regex(bucketName, 'Expected the name of an S3 bucket').optional(),
    localAwsOnly: z.boolean().default(false),
  })
  .refine(({ shards, wake }) => shards === 1 || wake === 'schedule', {
    path: ['shards'],
    message: 'Expected 1 with wake: alarms, which wake a run that decides all groups',
  });

type StageField = {
  readonly meaning: string;
  readonly allowed: string;
  /** Absent: it must be set. */
  readonly default?: string;
};

export const stageFields: Readonly<Record<keyof typeof stageSchema.shape, StageField>> = {
  regions: {
    meaning:
      'Every Region that runs this stack. Each monitor records its changes in all of them, and reads overrides from all of them. Choose Regions other than that of your primary Voice Connectors, so that the monitor does not fail together with them.',
    allowed: '1 to 10 Regions',
  },
  controlRegions: {
    meaning: 'Regions whose Chime SDK Voice endpoints list and change your groups, in order of precedence.',
    allowed: '1 to 10 Regions',
  },
  policy: {
    meaning: 'The policy file, relative to the repository. Several stages may share one.',
    allowed: 'a path',
  },
  alerts: {
    meaning:
      'Who is alerted: `page` at once and at night, `ticket` in working hours. SNS asks each address for confirmation. An empty list: subscribe to the topic yourself.',
    allowed: 'per topic up to 20 e-mail addresses or https:// URLs',
  },
  runbookUrl: {
    meaning: 'Where people can open docs/runbook.md: the links in alarms and messages begin with it.',
    allowed: 'an https:// URL without #',
    default: 'links are paths in this repository',
  },
  reservedConcurrency: {
    meaning:
      'Whether Lambda reserves one concurrent execution for the monitor, which also keeps two of its runs from overlapping. `none` is for an account whose quota of concurrent executions is 10: AWS then reserves none.',
    allowed: '1 or none',
    default: '1',
  },
  permissionsBoundary: {
    meaning: 'The permissions boundary of every role of the stack.',
    allowed: 'the ARN of an IAM policy',
    default: 'none',
  },
  tags: {
    meaning: 'Tags of the stack, which CloudFormation puts on every resource that can have tags.',
    allowed: `up to ${maxTags} names with values`,
    default: 'none',
  },
  logRetentionDays: {
    meaning: 'How long the functions’ logs are kept.',
    allowed: logRetentionDays.join(', '),
    default: '90',
  },
  archiveRetentionDays: {
    meaning: 'How long the archive keeps every decision.',
    allowed: '1 to 3650',
    default: '400',
  },
  dashboard: {
    meaning:
      'Whether the stack has a CloudWatch dashboard: 3 USD a month beyond an account’s first three. `status`, `history` and the alarms do not need it.',
    allowed: 'true or false',
    default: 'true',
  },
  monitorMemoryMegabytes: {
    meaning:
      'The memory of the monitor, with which Lambda also gives more of a processor. See docs/scaling.md for accounts with more than 50 groups.',
    allowed: '512 to 10240',
    default: '512',
  },
  shards: {
    meaning:
      'Into how many shards the groups are dealt, each with a run of its own. 1: one run decides all of them. For accounts with more than 3,000 groups, one for each 250; see docs/scaling.md.',
    allowed: '1 to 100',
    default: '1',
  },
  wake: {
    meaning:
      'What wakes the monitor. `schedule`: it runs every minute. `alarms`: alarms on the calls of your Voice Connectors run it at once, its schedule every 5 minutes, and it runs every minute as long as anything is going on. docs/alarm-driven.md compares cost and delay.',
    allowed: 'schedule or alarms',
    default: 'schedule',
  },
  wakeAlarms: {
    meaning:
      'The Voice Connectors that have an alarm which wakes the monitor, by the Region that has their metrics. `npm run release` writes a template of these alarms for each Region. `preflight` reports a primary that has none.',
    allowed: `up to ${maxWakeAlarms} ids in each of up to 10 Regions`,
    default: 'none',
  },
  reportBucket: {
    meaning:
      'An S3 bucket of this account, in any Region, to which a report of every move is written: an HTML page with the calls, the verdicts and what happened. The message about the move has the link. docs/operate.md describes the reports.',
    allowed: 'the name of a bucket',
    default: 'no reports are written',
  },
  localAwsOnly: {
    meaning:
      'Refuses every command on a stack in a real account. `config/dev.yml`, the stage of the local AWS and of the tests, sets it.',
    allowed: 'true or false',
    default: 'false',
  },
};
