import { describe, expect, it } from 'vitest';
import { embeddedMetricsIn } from '../../sim/account/embedded-metrics.ts';
import { emf } from '../../lib/lambda/emf.ts';

const now = Date.UTC(2026, 10, 20, 9, 0, 30);

/** The line that the telemetry of a function writes. */
function lineOf(values: Parameters<ReturnType<typeof emf>['publish']>[0], groupId?: string, at = now): string {
  let written = '';
  emf({
    functionName: 'monitor',
    clock: () => at,
    writeLine: (line) => {
      written = line;
    },
  }).publish(values, groupId);
  return written;
}

describe('a log line in embedded metric format', () => {
  it('is a metric under each of its dimension sets', () => {
    const datum = { metricName: 'FailoverBlocked', timestamp: now, value: 1, unit: 'Count' };
    expect(embeddedMetricsIn(lineOf({ FailoverBlocked: 1 }, 'main-line'), now)).toEqual([
      {
        namespace: 'VoiceConnectorFailover',
        data: [
          { ...datum, dimensions: { FunctionName: 'monitor' } },
          { ...datum, dimensions: { FunctionName: 'monitor', VoiceConnectorGroupId: 'main-line' } },
        ],
      },
    ]);
  });

  it('is none where its time is more than two hours ahead', () => {
    const line = lineOf({ FailoverBlocked: 1 });
    expect(embeddedMetricsIn(line, now - 2 * 3_600_000)).toHaveLength(1);
    expect(embeddedMetricsIn(line, now - 2 * 3_600_000 - 1)).toEqual([]);
  });

  it.each(['decision held', '{"message":"decision"}', '{"_aws":{"CloudWatchMetrics":[]}}', '"CloudWatchMetrics"'])(
    'is not %s',
    (line) => {
      expect(embeddedMetricsIn(line, now)).toEqual([]);
    },
  );
});
