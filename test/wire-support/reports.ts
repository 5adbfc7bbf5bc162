/** A packaged stage that writes reports, minute by minute, on a local AWS. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { LocalAws, type TargetInvocation } from '../../sim/local-aws.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { Permissions } from '../../sim/wire/iam/permissions.ts';
import type { FunctionRole } from '../../sim/wire/iam/roles.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';
import { minute as minuteMs, type AtEnd } from './account.ts';
import type { PackagedStage } from './packaged-with.ts';

export const bucket = 'reports-of-ours';
export const startsAt = Date.UTC(2026, 10, 20, 8);
const scheduled = '{"detail-type":"Scheduled Event","source":"aws.scheduler"}';

type Options = {
  /** Default: those of the stage. */
  readonly roles?: readonly FunctionRole[];
  readonly name?: string;
  /** Default: it is not. */
  readonly isHealthy?: true;
  /** Of the bucket, or `none` without one. Default: that of the stack. */
  readonly bucketRegion?: string;
};

/** The group's primary fails every second call from 09:05 on. Each minute: the monitor, and what its events invoke. */
export async function startReporting(
  stage: PackagedStage,
  { roles = stage.roles, name = 'Main line', isHealthy, bucketRegion = 'us-east-1' }: Options = {},
  atEnd: AtEnd = onTestFinished,
) {
  const permissions = new Permissions(roles);
  const fault: FaultSpec = {
    where: { region: 'us-east-1' },
    what: { kind: 'sip-5xx', ratio: 0.5 },
    fromMinute: 65,
    untilMinute: 130,
  };
  const aws = await LocalAws.start({
    world: twoRegions(1, startsAt, isHealthy ? [] : [fault]),
    groups: [{ ...mainLine, name, createdAt: startsAt - 86_400_000 }],
    policyFile: 'sim/policy.yml',
    packageFolder: stage.folder,
    permissions,
    pauses: 'skipped',
    speed: 0,
    reportBucket: bucket,
  });
  atEnd(() => aws.close());
  aws.account.buckets.restore(bucketRegion === 'none' ? [] : [{ name: bucket, region: bucketRegion, objects: [] }]);
  const reports: (TargetInvocation & { readonly minute: number; readonly keys: readonly string[] })[] = [];
  const runs: string[] = [];
  let minute = 60;
  const play = async (minutes: number): Promise<void> => {
    for (const end = minute + minutes; minute < end;) {
      minute += 1;
      aws.simulateUntil(startsAt + minute * minuteMs + 4000);
      runs.push(...(await aws.runMonitor(scheduled)).map(({ functionError = 'done' }) => functionError));
      for (const made of await aws.invokeTargets()) {
        reports.push({ ...made, minute, keys: aws.account.buckets.keys(bucket) });
      }
    }
  };
  const { url: endpoint } = aws.server;
  const s3 = new S3Client({
    endpoint,
    region: bucketRegion === 'none' ? 'us-east-1' : bucketRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  atEnd(() => {
    s3.destroy();
  });
  const pageAt = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  const events = (detailType: string) =>
    aws.account.eventBridge.events.filter((each) => each.detailType === detailType);
  return { aws, permissions, reports, runs, play, pageAt, events };
}

export type Started = Awaited<ReturnType<typeof startReporting>>;

/** What the function returned, in order. */
export function resultsOf({ reports }: Pick<Started, 'reports'>): readonly Readonly<Record<string, unknown>>[] {
  return reports.map(({ invocation }) => JSON.parse(invocation.payload) as Readonly<Record<string, unknown>>);
}
