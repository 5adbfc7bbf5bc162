/** The template of a stage with a bucket for reports, and the packaged functions in it, held to its roles. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { filesIn } from '../../scripts/zip.ts';
import { patternMatcher } from '../../sim/account/event-rules.ts';
import { notificationOf } from '../../sim/notification.ts';
import { resolve } from '../../sim/wire/iam/intrinsics.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { reportEnvironment } from '../../lib/input/environment.ts';
import {
  idsOf,
  packagedWith,
  place,
  removingCopies,
  resourcesOf,
  type PackagedStage,
} from '../wire-support/packaged-with.ts';
import { minute as minuteMs } from '../wire-support/account.ts';
import { bucket, resultsOf, startReporting, startsAt, type Started } from '../wire-support/reports.ts';

let stage: PackagedStage = { folder: '', resources: {}, roles: [] };

removingCopies();

beforeAll(() => {
  stage = packagedWith(`reportBucket: ${bucket}`);
}, 120_000);

function withoutReports() {
  return resourcesOf(packagedTemplate(inject('packageFolder')));
}

function propertiesOf(id: string): Readonly<Record<string, unknown>> {
  return stage.resources[id]?.Properties ?? {};
}

function templateText(resources: object, id: string): string {
  return JSON.stringify((resources as Record<string, unknown>)[id]);
}

describe('A stage with a bucket for reports', () => {
  it('has these resources besides, and loses none', () => {
    const [with_, before] = [idsOf(stage.resources), idsOf(withoutReports())];
    expect([...before.difference(with_)]).toEqual([]);
    expect([...with_.difference(before)].toSorted()).toEqual([
      'ReportDurationAlarm',
      'ReportErrorsAlarm',
      'ReportLambdaEvConf',
      'ReportLambdaFunction',
      'ReportLogGroup',
      'ReportRole',
      'ReportRule',
      'ReportRulePermission',
      'ReportThrottlesAlarm',
      'ReportUndeliveredRecordsAlarm',
    ]);
  });

  it('names the bucket nowhere else than in the function, its role and the messages about moves', () => {
    const all = Object.entries(stage.resources).filter(([, resource]) => JSON.stringify(resource).includes(bucket));
    expect(all.map(([id]) => id).toSorted()).toEqual([
      'DrillStartedRule',
      'FailoverDoneRule',
      'GroupMovedRule',
      'ReportLambdaFunction',
      'ReportRole',
    ]);
    expect(templateText(withoutReports(), 'FailoverDoneRule')).not.toMatch(/Report,|eventId|s3/);
  });

  it('gives the function the variables that its code reads', () => {
    const { Variables } = propertiesOf('ReportLambdaFunction')['Environment'] as { readonly Variables: object };
    const variables = resolve(Variables, stage.resources, place) as Record<string, string>;
    const own = { OUTBOX_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/outbox', AWS_REGION: 'us-east-1' };
    expect(reportEnvironment({ ...variables, ...own, AWS_LAMBDA_FUNCTION_NAME: 'report' })).toMatchObject({
      REPORT_BUCKET: bucket,
      REPORT_PREFIX: 'reports/dev/us-east-1',
      MONITOR_LOG_GROUP: '/aws/lambda/voice-connector-failover-dev-monitor',
      OPERATE_LOG_GROUP: '/aws/lambda/voice-connector-failover-dev-operate',
    });
  });

  it('has an artefact of at most 200 kB for it, and no client of S3 in any other', () => {
    const artefacts = globSync('*.zip', { cwd: stage.folder }).map((file) => {
      const archive = readFileSync(join(stage.folder, file));
      const code = [...filesIn(archive).values()].map(String).join('\n');
      return { file, bytes: archive.length, hasClient: code.includes('PutObject') };
    });
    expect(artefacts.filter(({ bytes }) => bytes > 200_000)).toEqual([]);
    expect(artefacts.flatMap(({ file, hasClient }) => (hasClient ? file : []))).toEqual(['report.zip']);
  });

  it('may be written to a bucket of this account only', () => {
    const own = stage.roles.find(({ functionName }) => functionName === 'report');
    expect(own?.statements.find(({ Sid }) => Sid === 'WriteReports')).toMatchObject({
      Resource: [`arn:aws:s3:::${bucket}/reports/dev/us-east-1/*`],
      Condition: { StringEquals: { 's3:ResourceAccount': [place.accountId] } },
    });
  });

  it('raises the alarm when an invocation and both of its repeats failed, in whichever minutes', () => {
    expect(propertiesOf('ReportLambdaEvConf')).toMatchObject({ MaximumRetryAttempts: 2 });
    expect(propertiesOf('ReportErrorsAlarm')).toMatchObject({
      Period: 60,
      EvaluationPeriods: 15,
      DatapointsToAlarm: 3,
      AlarmActions: [{ Ref: 'TicketTopic' }],
    });
  });

  it.each([
    ['Priority Change Applied', {}, true],
    ['Drill Ended', {}, true],
    ['Connector Health Changed', { after: { health: 'healthy' } }, true],
    ['Connector Health Changed', { after: { health: 'unhealthy' } }, true],
    ['Connector Health Changed', { after: { health: 'unknown' } }, false],
    ['Priority Held', {}, false],
    ['Run Failed', {}, false],
  ])('writes reports at the event %s %j: %s', (detailType, data, isOccasion) => {
    const matches = patternMatcher(JSON.stringify(propertiesOf('ReportRule')['EventPattern']));
    const event = { source: 'voice-connector-failover', 'detail-type': detailType, detail: { data } };
    expect(matches(event)).toBe(isOccasion);
    expect(matches({ ...event, source: 'anybody' })).toBe(false);
  });
});

type MoveDetail = {
  readonly metadata: { readonly eventId: string };
  readonly data: { readonly decision: string };
};

describe('The report of a failover', () => {
  const atEnd: (() => Promise<void> | void)[] = [];
  let played: Started;

  beforeAll(async () => {
    played = await startReporting(stage, {}, (close) => void atEnd.push(close));
    await played.play(30);
  }, 120_000);
  afterAll(async () => {
    for (const close of atEnd.toReversed()) await close();
  });

  it('is there within the minute of the move, and is written again in the minute of green, under the same key', () => {
    const [move, ...others] = played.events('Priority Change Applied');
    expect(others).toEqual([]);
    const green = played
      .events('Connector Health Changed')
      .find(({ detail }) => JSON.stringify(detail).includes('"voiceConnectorId":"vc-west"'));
    expect(green?.detail).toMatchObject({ data: { after: { health: 'healthy' } } });
    const written = resultsOf(played).flatMap((result, place) =>
      result['outcome'] === 'written' ? [{ ...result, key: result['key'], minute: played.reports[place]?.minute }] : [],
    );
    const minuteOf = (at = 0): number => Math.floor((at - startsAt) / minuteMs);
    const key = String(written[0]?.key);
    // In the minute of the move the proof that led to it is an occasion too.
    expect(Map.groupBy(written, ({ minute }) => minute).size).toBe(2);
    expect([...new Map(written.map(({ minute, key: each }) => [minute, each]))]).toEqual([
      [minuteOf(move?.time), key],
      [minuteOf(green?.time), key],
    ]);
    expect(written[0]).not.toHaveProperty('minutesToGreen');
    expect(written.at(-1)).toMatchObject({ minutesToGreen: minuteOf(green?.time) - minuteOf(move?.time) });
    expect(played.aws.account.buckets.keys(bucket)).toEqual([key]);
  });

  it('shows the move, the verdicts, the calls, and how long it took until calls were healthy', async () => {
    const [key = ''] = played.aws.account.buckets.keys(bucket);
    const page = await played.pageAt(key);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<h1>Failover of Main line</h1>');
    expect(page).toMatch(/failover from vc-east to vc-west/);
    expect(page).toMatch(/<dt>green<\/dt><dd>\d+ min<small>from the move until vc-west was proven healthy/);
    for (const verdict of ['vc-east (us-east-1): unhealthy', 'vc-west (us-west-2): unknown']) {
      expect(page).toContain(verdict);
    }
    expect(page).toMatch(/<td[^>]*>proof<\/td>/);
    expect(page).toMatch(/<td[^>]*>green<\/td>/);
    const [, calls = '0'] = /<dt>calls<\/dt><dd>(\d+)/.exec(page) ?? [];
    expect(Number(calls)).toBeGreaterThan(1000);
  });

  it('is linked from the message about the move, of the template and of the console', () => {
    const [move] = played.events('Priority Change Applied');
    const [key = ''] = played.aws.account.buckets.keys(bucket);
    const link = `https://console.aws.amazon.com/s3/object/${bucket}?prefix=${key}`;
    expect(notificationOf(move!, 'dev', bucket)).toContainEqual(expect.stringMatching(/^Report, .*/));
    expect(notificationOf(move!, 'dev', bucket).join('\n')).toContain(link);
    expect(notificationOf(move!, 'dev').join('\n')).not.toMatch(/Report,|s3/);
    // The text of the deployed rule is the one that was read here.
    const template = /prefix=[^"\\]*/.exec(templateText(stage.resources, 'FailoverDoneRule'))?.[0];
    expect(template).toBe('prefix=reports/dev/<monitor>/<groupId>/<eventId>.html');
  });

  it('is one object where EventBridge delivers the move twice', async () => {
    const before = played.aws.account.buckets.keys(bucket);
    const [move] = played.reports.filter(({ payload }) => payload.includes('Priority Change Applied'));
    const again = await played.aws.invoke('report', move?.payload ?? '');
    expect(JSON.parse(again.payload)).toMatchObject({ outcome: 'written', key: before[0] });
    expect(played.aws.account.buckets.keys(bucket)).toEqual(before);
  });

  it('is not written of a change of health that follows no move, or one of more than an hour ago', async () => {
    const before = await played.pageAt(played.aws.account.buckets.keys(bucket)[0] ?? '');
    const { payload } = played.reports.find((each) => each.payload.includes('"health":"unhealthy"'))!;
    const event = JSON.parse(payload) as { readonly detail: { readonly metadata: object } };
    const moveAt = played.events('Priority Change Applied')[0]!.time;
    for (const time of [moveAt - minuteMs, moveAt + 61 * minuteMs]) {
      const metadata = { ...event.detail.metadata, time: new Date(time).toISOString() };
      const later = { ...event, detail: { ...event.detail, metadata } };
      const answer = await played.aws.invoke('report', JSON.stringify(later));
      expect(JSON.parse(answer.payload)).toEqual({ outcome: 'no-move', voiceConnectorGroupId: 'main-line' });
    }
    expect(await played.pageAt(played.aws.account.buckets.keys(bucket)[0] ?? '')).toBe(before);
  });
});

describe('Other reports', () => {
  it('are written to a bucket of another Region', async () => {
    const played = await startReporting(stage, { bucketRegion: 'eu-central-1' });
    await played.play(12);
    const [key = ''] = played.aws.account.buckets.keys(bucket);
    expect(await played.pageAt(key)).toContain('<h1>Failover of Main line</h1>');
  }, 60_000);

  it('are those of a drill: of its beginning, and of its return with how it ended', async () => {
    const played = await startReporting(stage, { isHealthy: true });
    await played.play(1);
    const order = { action: 'drill', group: 'main-line', by: 'anna', reason: 'monthly', minutes: 10 };
    const answer = await played.aws.invoke('operate', JSON.stringify(order));
    expect(answer.functionError, answer.payload).toBeUndefined();
    await played.play(16);
    const moves = played.events('Priority Change Applied').map(({ detail }) => detail as MoveDetail);
    expect(moves.map(({ data }) => data.decision)).toEqual(['drill', 'restore']);
    const pages = await Promise.all(
      moves.map(({ metadata }) => played.pageAt(`reports/dev/us-east-1/main-line/${metadata.eventId}.html`)),
    );
    expect(pages.map((page) => /<h1>[^<]*/.exec(page)?.[0])).toEqual([
      '<h1>Drill of Main line',
      '<h1>Restore of Main line',
    ]);
    expect(pages[1]).toMatch(/<dt>drill<\/dt><dd>succeeded<small>vc-west/);
  }, 60_000);
});

describe('The page', () => {
  it('shows a switchover of which no run of the monitor knows', async () => {
    const played = await startReporting(stage);
    played.aws.simulateUntil(startsAt + 61 * minuteMs);
    const order = { action: 'switchover', group: 'main-line', to: 'vc-west', by: 'anna', reason: 'works' };
    await played.aws.invoke('operate', JSON.stringify(order));
    expect(await played.aws.invokeTargets()).toMatchObject([{ functionName: 'report' }]);
    const page = await played.pageAt(played.aws.account.buckets.keys(bucket)[0] ?? '');
    expect(page).toContain('switchover from vc-east to vc-west');
    expect(page).toContain('<dt>green</dt><dd>not yet<small>');
  }, 60_000);

  it('has no phone number, whatever a group or an order is called', async () => {
    const played = await startReporting(stage, { name: 'Line of 206-555-0100' });
    await played.play(1);
    const order = { action: 'switchover', group: 'main-line', to: 'vc-west', by: 'anna', reason: 'ask (206) 555-0123' };
    // As nothing of this project logs it.
    const metadata = { eventId: 'raw', time: new Date(startsAt + 61 * minuteMs).toISOString(), runId: 'raw' };
    const data = { key: 'all', action: 'pause', by: 'anna', reason: 'asked (206) 555-0177' };
    played.aws.account.logs.write('us-east-1', {
      logGroupName: '/aws/lambda/voice-connector-failover-dev-monitor',
      message: JSON.stringify({ message: 'Override Expired', data: { metadata, data } }),
    });
    const answer = await played.aws.invoke('operate', JSON.stringify(order));
    expect(answer.functionError, answer.payload).toBeUndefined();
    await played.play(2);
    const [key = ''] = played.aws.account.buckets.keys(bucket);
    const page = await played.pageAt(key);
    expect(page).toContain('<h1>Switchover of Line of');
    expect(page).toContain('switchover by anna done');
    expect(page).toContain('pause by anna expired: asked');
    expect(page).not.toMatch(/555.?01(00|23|77)/);
  }, 60_000);
});

describe('A report that cannot be written', () => {
  it.each([
    ['because there is no bucket', { bucketRegion: 'none' }, /NoSuchBucket/],
    ['because the role may not write there', { lacking: 's3:PutObject' }, /AccessDenied/],
    [
      'because the role may not read the logs',
      { lacking: 'logs:FilterLogEvents' },
      /AccessDenied.*logs:FilterLogEvents/,
    ],
    ['because the role may not read the calls', { lacking: 'cloudwatch:GetMetricData' }, /reading the calls/],
  ])(
    '%s, fails the function visibly, and no run of the monitor',
    async (_why, { bucketRegion, lacking }: { bucketRegion?: string; lacking?: string }, why) => {
      const roles = stage.roles.map((role) =>
        role.functionName === 'report'
          ? { ...role, statements: role.statements.filter(({ Action }) => !Action.includes(lacking ?? '')) }
          : role,
      );
      const played = await startReporting(stage, { roles, ...(bucketRegion === undefined ? {} : { bucketRegion }) });
      await played.play(12);
      const failed = played.reports.filter(({ invocation }) => invocation.functionError === 'Unhandled');
      expect(failed.at(-1)?.invocation.payload).toMatch(why);
      expect(played.events('Run Failed')).toHaveLength(failed.length);
      expect(played.runs).toEqual(Array.from({ length: 12 }, () => 'done'));
      expect(played.events('Priority Change Applied')).toHaveLength(1);
    },
    60_000,
  );

  it('is written by a repeat, once it can be', async () => {
    const played = await startReporting(stage, { bucketRegion: 'none' });
    await played.play(12);
    const [move] = played.reports.filter(({ payload }) => payload.includes('Priority Change Applied'));
    played.aws.account.buckets.create('us-east-1', bucket);
    const repeat = await played.aws.invoke('report', move?.payload ?? '');
    expect(repeat.functionError).toBeUndefined();
    expect(played.aws.account.buckets.keys(bucket)).toHaveLength(1);
  }, 60_000);

  it('is refused for an event that is none of its occasions', async () => {
    const { aws } = await startReporting(stage);
    const answer = await aws.invoke('report', '{"detail-type":"Priority Held","detail":{}}');
    expect(answer.payload).toContain('Priority Change Applied');
    const damaged = await aws.invoke('report', '{"detail-type":"Drill Ended","detail":{"data":{}}}');
    expect(damaged.payload).toContain('Expected a Drill Ended');
    expect([answer, damaged].map(({ functionError }) => functionError)).toEqual(['Unhandled', 'Unhandled']);
  });
});

it('The role of the report function allows exactly what it does', async () => {
  const played = await startReporting(stage);
  await played.aws.invoke('report', '{}');
  played.aws.server.misbehave({
    operation: 'PutEvents',
    when: ({ input }) => JSON.stringify(input).includes('"DetailType":"Run Failed"'),
    effect: { kind: 'error', status: 400, code: 'ValidationException', message: 'no' },
  });
  await played.play(12);
  // A failed invocation publishes that it failed: above through the bus, here through the outbox.
  await played.aws.invoke('report', '{}');
  const used = [...played.permissions.asked].flatMap((each) =>
    each.startsWith('report ') ? [each.slice('report '.length)] : [],
  );
  const granted = stage.roles
    .filter(({ functionName }) => functionName === 'report')
    .flatMap(({ statements }) => statements.flatMap(({ Sid, Action }) => (Sid === 'WriteOwnLog' ? [] : Action)));
  expect(used.toSorted()).toEqual([...new Set(granted)].toSorted());
}, 60_000);
