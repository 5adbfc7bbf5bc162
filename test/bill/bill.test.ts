/** The bill in docs/cost.md: its counts against a default account on the wire and the packaged template, and its sums. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askedFor, startAws, type TestAws } from '../wire-support/account.ts';
import { deploy, requestsToAws } from '../wire-support/functions.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import { publishCalls, seedConnector } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';
import { functions, ofType, type Properties } from '../infrastructure/template.ts';

const page = readFileSync('docs/cost.md', 'utf8');

type Row = { readonly count: number; readonly price: number; readonly usd: number };

/** By what is billed. */
const bill: ReadonlyMap<string, Row> = new Map(
  [...page.matchAll(/^\| (.+?) +\|.*?\| +([\d,.]+) +\| +([\d.]+)(?: a million)? +\| +([\d.]+) +\|$/gm)].map(
    ([row, what, count, price, usd]) => [
      what!,
      {
        count: Number(count!.replaceAll(',', '')),
        price: Number(price) / (row.includes(' a million') ? 1e6 : 1),
        usd: Number(usd),
      },
    ],
  ),
);

function countOf(what: string): number {
  return bill.get(what)?.count ?? Number.NaN;
}

const runsAMonth = 30 * 24 * 60;
const inventoriesAMonth = runsAMonth / 5;
const checksAMonth = runsAMonth / 30;
const quarterHoursAMonth = runsAMonth / 15;

const scheduled = readFileSync('events/scheduled.json', 'utf8');

const ids = ['sales', 'support', 'emergency'];

/** Three groups of two; the primary of each has calls, the standby none. */
function seedDefaultAccount(aws: TestAws): void {
  for (const id of ids) {
    seedConnector(aws, `${id}-east`, 'us-east-1');
    seedConnector(aws, `${id}-west`, 'us-west-2');
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: id,
      items: [
        { voiceConnectorId: `${id}-east`, priority: 1 },
        { voiceConnectorId: `${id}-west`, priority: 2 },
      ],
      createdAt: 0,
    });
    aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: id });
  }
  publishAllCalls(aws);
}

function publishAllCalls(aws: TestAws): void {
  for (const id of ids) publishCalls(aws, { voiceConnectorId: `${id}-east`, region: 'us-east-1' });
}

function metricsRead(aws: TestAws): number {
  return askedFor(aws, 'GetMetricData').flatMap(
    ({ input }) => (input as { readonly MetricDataQueries: readonly unknown[] }).MetricDataQueries,
  ).length;
}

describe('The bill of a default account', () => {
  it('counts the metrics that a quiet monitor run and a quiet readiness check read', async () => {
    const aws = await startAws();
    seedDefaultAccount(aws);
    await takeTurn(aws);
    const ofRun = metricsRead(aws);
    expect(askedFor(aws, 'PutMetricData')).toEqual([]);

    const deployment = await deploy({ policy: readFileSync('policy.yml', 'utf8') });
    seedDefaultAccount(deployment);
    await deployment.invoke('preflight', {});
    expect(countOf('CloudWatch metrics read')).toBe(ofRun * runsAMonth + metricsRead(deployment) * checksAMonth);
    expect(countOf('CloudWatch requests')).toBe(askedFor(deployment, 'ListMetrics').length * checksAMonth);
    expect(datapointsIn(deployment.lines)).toEqual([]);
  });

  it('counts the metrics that a quiet run publishes, and the events, calls and log lines of runs, readiness checks and inventories', async () => {
    const aws = await deploy({ policy: readFileSync('policy.yml', 'utf8') });
    seedDefaultAccount(aws);
    const { functionError } = await aws.invoke('monitor', {});
    expect(functionError).toBeUndefined();
    const atQuarterHour = aws.account.eventBridge.events.length;
    const requests = requestsToAws(aws).length;
    const metrics = datapointsIn(aws.lines).map(({ name, dimensions }) => JSON.stringify([name, dimensions]));
    expect(countOf('Custom metrics')).toBe(new Set(metrics).size);

    aws.clock.jumpTo(aws.clock.now() + 7 * 60_000);
    publishAllCalls(aws);
    aws.lines.splice(0);
    await aws.invoke('monitor', {});
    expect(aws.account.eventBridge.events.length, 'events of another minute').toBe(atQuarterHour);
    const runBytes = bytesOf(aws.lines);
    expect(page).toContain(`A monitor run makes ${requestsToAws(aws).length - requests} calls to AWS`);

    aws.lines.splice(0);
    const before = aws.account.eventBridge.events.length;
    await aws.invoke('sessions', scheduled);
    expect(aws.account.eventBridge.events.length, 'events of an inventory').toBe(before);
    const inventoryBytes = bytesOf(aws.lines);

    aws.lines.splice(0);
    await aws.invoke('preflight', {});
    const ofCheck = aws.account.eventBridge.events.length - before;
    const checkBytes = bytesOf(aws.lines);

    for (const minutes of [0, 5, 10]) {
      aws.clock.jumpTo(Date.UTC(2026, 10, 21, 0, minutes, 30));
      await aws.invoke('sessions', scheduled);
    }
    const daily = aws.account.eventBridge.events.length - before - ofCheck;
    expect(countOf('EventBridge events')).toBe(
      atQuarterHour * quarterHoursAMonth + ofCheck * checksAMonth + daily * 30,
    );

    const bytes = runBytes * runsAMonth + inventoryBytes * inventoriesAMonth + checkBytes * checksAMonth;
    const gigabytes = bytes / 1e9;
    // The length of reasons differs between accounts.
    expect(countOf('Log, GB') / gigabytes).toBeGreaterThan(0.8);
    expect(countOf('Log, GB') / gigabytes).toBeLessThan(1.25);
  });

  it('counts the resources of the template', () => {
    const alarmMetrics = ofType('AWS::CloudWatch::Alarm').map(([, { Metrics }]) =>
      Metrics === undefined
        ? 1
        : (Metrics as readonly Properties[]).filter(({ MetricStat }) => MetricStat !== undefined).length,
    );
    expect(countOf('Alarms')).toBe(alarmMetrics.reduce((sum, each) => sum + each));
    expect(countOf('Composite alarm')).toBe(ofType('AWS::CloudWatch::CompositeAlarm').length);
    expect(countOf('Dashboard')).toBe(ofType('AWS::CloudWatch::Dashboard').length);
    expect(countOf('Key')).toBe(ofType('AWS::KMS::Key').length);
    expect(countOf('Lambda and Scheduler invocations')).toBe(runsAMonth + 2 * checksAMonth + inventoriesAMonth);
    const assumedSeconds = { monitor: 2, operate: 1, preflight: 5, sessions: 4 };
    const invocations = {
      monitor: runsAMonth,
      operate: checksAMonth,
      preflight: checksAMonth,
      sessions: inventoriesAMonth,
    };
    const gigabyteSeconds = functions.map(({ name, properties }) => {
      const key = name as keyof typeof invocations;
      return invocations[key] * assumedSeconds[key] * (Number(properties['MemorySize']) / 1024);
    });
    expect(countOf('Lambda, GB-seconds')).toBe(gigabyteSeconds.reduce((sum, each) => sum + each));
  });

  it('multiplies and adds up correctly', () => {
    expect(bill.size).toBeGreaterThan(9);
    for (const [what, { count, price, usd }] of bill) expect(usd, what).toBeCloseTo(count * price, 2);
    const [, total] = /about \*\*(\d+) USD\*\*/.exec(page) ?? [];
    expect(Math.round([...bill.values()].reduce((sum, { usd }) => sum + usd, 0))).toBe(Number(total));
  });
});

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
