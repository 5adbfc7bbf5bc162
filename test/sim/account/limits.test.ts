import { describe, expect, it } from 'vitest';
import { Account } from '../../../sim/account/account.ts';
import { AwsError } from '../../../sim/account/errors.ts';

const startsAt = Date.UTC(2026, 10, 21, 9, 0, 0);
const minute = 60_000;
const day = 1440 * minute;

function accountAt(now: number) {
  return new Account({ now: () => now });
}

/** The code with which AWS refuses; undefined if it does not. */
function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

describe('CloudWatch', () => {
  it.each([
    [60, 14.9, 1],
    [60, 15.1, 0],
    [300, 15.1, 1],
    [300, 62.9, 1],
    [300, 63.1, 0],
    [3600, 63.1, 1],
    [3600, 456, 0],
  ])('of periods of %i s, %d days ago, still has %i', (period, daysAgo, expected) => {
    const account = accountAt(startsAt);
    const timestamp = Math.floor((startsAt - daysAgo * day) / (60 * minute)) * 60 * minute;
    const metric = { namespace: 'AWS/ChimeVoiceConnector', metricName: 'InboundCallAttempts', dimensions: {} };
    const statistics = { sampleCount: 1, sum: 1, minimum: 1, maximum: 1 };
    account.putMetric({ region: 'us-east-1', ...metric, timestamp, statistics, visibleAt: timestamp });
    const { items } = account.cloudWatch.getMetricData('us-east-1', {
      queries: [{ id: 'q', metricStat: { metric, period, stat: 'Sum' } }],
      startTime: timestamp,
      endTime: timestamp + 60 * minute,
    });
    expect(items[0]?.values).toHaveLength(expected);
  });

  it('keeps of a metric that is published for weeks the minutes of 15 days, and before them sums', () => {
    let now = startsAt;
    const account = new Account({ now: () => now });
    const metric = { namespace: 'AWS/ChimeVoiceConnector', metricName: 'InboundCallAttempts', dimensions: {} };
    const statistics = { sampleCount: 1, sum: 2, minimum: 2, maximum: 2 };
    const days = 70;
    for (; now < startsAt + days * day; now += minute) {
      account.putMetric({ region: 'us-east-1', ...metric, timestamp: now, statistics, visibleAt: now });
    }
    const sumsOf = (period: number, daysAgo: number): readonly number[] => {
      const startTime = now - daysAgo * day;
      const queries = [{ id: 'q', metricStat: { metric, period, stat: 'Sum' } }];
      const request = { queries, startTime, endTime: startTime + 120 * minute };
      return account.cloudWatch.getMetricData('us-east-1', request).items[0]?.values ?? [];
    };
    expect(sumsOf(60, 14)).toEqual(Array(120).fill(2));
    expect(sumsOf(300, 40)).toEqual(Array(24).fill(10));
    expect(sumsOf(3600, 69)).toEqual([120, 120]);
    // The last day of each span waits for the next daily sum.
    const [minutes, fiveMinutes, hours] = [16 * 1440, 48 * 288, (days - 63) * 24];
    expect(account.cloudWatch.datapointCount).toBeLessThanOrEqual(minutes + fiveMinutes + hours);
  });

  it('reads late minutes in the order of time', () => {
    const account = accountAt(startsAt);
    const metric = { namespace: 'Failover', metricName: 'm', dimensions: {} };
    for (const [minutesAgo, value] of [
      [1, 10],
      [3, 30],
      [2, 20],
    ] as const) {
      const timestamp = startsAt - minutesAgo * minute;
      account.cloudWatch.putMetricData('us-east-1', 'Failover', [{ ...metric, timestamp, value }]);
    }
    const queries = [{ id: 'q', metricStat: { metric, period: 60, stat: 'Sum' } }];
    const request = { queries, startTime: startsAt - 60 * minute, endTime: startsAt, scanBy: 'TimestampAscending' };
    expect(account.cloudWatch.getMetricData('us-east-1', request).items[0]?.values).toEqual([30, 20, 10]);
  });

  it('forgets a metric whose last hour is too old', () => {
    let now = startsAt;
    const account = new Account({ now: () => now });
    const put = (metricName: string) => {
      account.cloudWatch.putMetricData('us-east-1', 'Failover', [{ metricName, dimensions: {}, value: 1 }]);
    };
    put('old');
    now += 457 * day;
    put('new');
    expect(account.cloudWatch.datapointCount).toBe(1);
  });

  it.each([
    ['neither a value nor values', {}, 'InvalidParameterCombinationException'],
    ['a value and values', { value: 1, values: [1] }, 'InvalidParameterCombinationException'],
    ['no values', { values: [] }, 'InvalidParameterValueException'],
    ['counts of nothing', { values: [1], counts: [0] }, 'InvalidParameterValueException'],
    ['NaN', { value: NaN }, 'InvalidParameterValueException'],
    ['a time three hours ahead', { value: 1, timestamp: startsAt + 180 * minute }, 'InvalidParameterValueException'],
    ['31 dimensions', { value: 1, dimensions: dimensions(31) }, 'InvalidParameterValueException'],
    ['30 dimensions', { value: 1, dimensions: dimensions(30) }, undefined],
  ])('is put a datum with %s', (_, datum, refusal) => {
    const account = accountAt(startsAt);
    const put = () => {
      account.cloudWatch.putMetricData('us-east-1', 'Failover', [{ metricName: 'm', dimensions: {}, ...datum }]);
    };
    expect(refusalOf(put)).toBe(refusal);
  });

  it('returns put data after its lag, and not before', () => {
    let now = startsAt;
    const account = new Account({ now: () => now });
    account.cloudWatch.putVisibleAfterMs = 5000;
    account.cloudWatch.putMetricData('us-east-1', 'Failover', [{ metricName: 'm', dimensions: {}, value: 1 }]);
    const listed = () => account.cloudWatch.listMetrics('us-east-1', {}).items.length;
    expect(listed()).toBe(0);
    now += 5000;
    expect(listed()).toBe(1);
  });

  it('excludes the end of a range that is longer than the history', () => {
    const account = accountAt(startsAt);
    const metric = { namespace: 'Failover', metricName: 'm', dimensions: {} };
    for (const timestamp of [startsAt - minute, startsAt]) {
      account.cloudWatch.putMetricData('us-east-1', 'Failover', [{ ...metric, timestamp, value: 1 }]);
    }
    const queries = [{ id: 'q', metricStat: { metric, period: 60, stat: 'Sum' } }];
    const request = { queries, startTime: startsAt - day, endTime: startsAt };
    expect(account.cloudWatch.getMetricData('us-east-1', request).items[0]?.timestamps).toEqual([startsAt - minute]);
  });

  it('knows the documented units of Voice Connector metrics', () => {
    const account = accountAt(startsAt);
    const unitsOf = (metricName: string) => {
      const metric = { namespace: 'AWS/ChimeVoiceConnector', metricName, dimensions: {} };
      const timestamp = startsAt - minute;
      const statistics = { sampleCount: 1, sum: 1, minimum: 1, maximum: 1 };
      account.putMetric({ region: 'us-east-1', ...metric, timestamp, statistics, visibleAt: 0 });
      return ['Count', 'Microseconds', 'None'].filter((unit) => {
        const queries = [{ id: 'q', metricStat: { metric, period: 60, stat: 'Sum', unit } }];
        const request = { queries, startTime: timestamp, endTime: startsAt };
        return account.cloudWatch.getMetricData('us-east-1', request).items[0]?.values.length === 1;
      });
    };
    expect(unitsOf('InboundCallAttempts')).toEqual(['Count']);
    expect(unitsOf('VcToCustomerJitter')).toEqual(['Microseconds']);
    expect(unitsOf('RTTBetweenVcAndRemote')).toEqual(['Microseconds']);
    expect(unitsOf('MOSBetweenVcAndCustomer')).toEqual(['None']);
  });
});

describe('Parameter Store', () => {
  it.each([
    ['4,096 bytes', { value: 'x'.repeat(4096) }, undefined],
    ['4,097 bytes', { value: 'x'.repeat(4097) }, 'ValidationException'],
    ['4,098 bytes in half as many characters', { value: 'ü'.repeat(2049) }, 'ValidationException'],
    ['nothing', { value: '' }, 'ValidationException'],
    ['no type', { type: undefined }, 'ValidationException'],
    ['15 levels', { name: '/a'.repeat(15) }, undefined],
    ['16 levels', { name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
  ])('is given a parameter of %s', (_, change, refusal) => {
    const account = accountAt(startsAt);
    const put = () => account.parameters.put('us-east-1', { name: '/a', value: 'v', type: 'String', ...change });
    expect(refusalOf(put)).toBe(refusal);
  });
});

describe('SQS', () => {
  const withQueue = () => {
    const account = accountAt(startsAt);
    account.queues.create('us-east-1', 'q');
    return account.queues;
  };

  it.each([
    [0, 'InvalidParameterValue'],
    [1, undefined],
    [10, undefined],
    [11, 'InvalidParameterValue'],
  ])('is asked for %i messages at once', (maxMessages, refusal) => {
    expect(refusalOf(() => withQueue().receive('us-east-1', 'q', { maxMessages }))).toBe(refusal);
  });

  it.each([
    [1_048_576, undefined],
    [1_048_577, 'InvalidParameterValue'],
  ])('is sent %i bytes', (bytes, refusal) => {
    expect(refusalOf(() => withQueue().send('us-east-1', 'q', { body: 'x'.repeat(bytes) }))).toBe(refusal);
  });

  it('delays a message', () => {
    let now = startsAt;
    const { queues } = new Account({ now: () => now });
    queues.create('us-east-1', 'q');
    queues.send('us-east-1', 'q', { body: 'a', delaySeconds: 10 });
    now += 9999;
    expect(queues.receive('us-east-1', 'q', {})).toEqual([]);
    now += 1;
    expect(queues.receive('us-east-1', 'q', {})).toHaveLength(1);
  });

  it('does not delete a message that was not received', () => {
    const queues = withQueue();
    queues.send('us-east-1', 'q', { body: 'a' });
    queues.delete('us-east-1', 'q', '');
    expect(queues.depths()[0]?.messages).toBe(1);
  });

  it.each([['has space'], [''], ['x'.repeat(81)]])('rejects the queue name "%s"', (name) => {
    expect(
      refusalOf(() => {
        withQueue().create('us-east-1', name);
      }),
    ).toBe('InvalidParameterValue');
  });
});

describe('Chime', () => {
  it('can hide a new group for a while', () => {
    let now = startsAt;
    const { chime } = new Account({ now: () => now });
    chime.groups.createPropagation = { visibleAfterMs: 5000 };
    const { voiceConnectorGroupId } = chime.groups.create('us-east-1', { name: 'new', items: [] });
    const get = () => chime.groups.get('us-east-1', voiceConnectorGroupId);
    expect(refusalOf(get)).toBe('NotFoundException');
    now += 5000;
    expect(refusalOf(get)).toBeUndefined();
  });

  it('returns the last accepted update, even if an earlier one becomes visible later', () => {
    let now = startsAt;
    const { chime } = new Account({ now: () => now });
    const id = chime.seedGroup({ name: 'seeded' });
    const nameAfter = (ms: number) => {
      now = startsAt + ms;
      return chime.groups.get('us-east-1', id).name;
    };
    chime.groups.updatePropagation = { visibleAfterMs: 10_000 };
    chime.groups.update('us-east-1', id, { name: 'slow', items: [] });
    chime.groups.updatePropagation = { visibleAfterMs: 0 };
    chime.groups.update('us-east-1', id, { name: 'fast', items: [] });
    expect([nameAfter(0), nameAfter(10_000)]).toEqual(['fast', 'fast']);
  });

  it.each([
    ['sa-east-1', 'BadRequestException'],
    ['eu-west-2', undefined],
  ])('creates Voice Connectors in %s', (awsRegion, refusal) => {
    const { chime } = accountAt(startsAt);
    const create = () => chime.connectors.create('us-east-1', { name: 'n', awsRegion, requireEncryption: true });
    expect(refusalOf(create)).toBe(refusal);
  });
});

function dimensions(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index}`, 'v']));
}

describe('EventBridge', () => {
  it('keeps the newest events of a world that runs for months', () => {
    const account = accountAt(startsAt);
    const entryOf = (number: number) => ({
      source: 'failover',
      detailType: 'Decision',
      detail: `{"number":${number}}`,
    });
    const published = 25_000;
    for (let number = 0; number < published; number += 10) {
      account.eventBridge.putEvents(
        'us-east-1',
        Array.from({ length: 10 }, (_, index) => entryOf(number + index)),
      );
    }
    const { events } = account.eventBridge;
    expect(events.length).toBeLessThanOrEqual(20_000);
    expect(events.at(-1)?.detail).toEqual({ number: published - 1 });
  });
});
