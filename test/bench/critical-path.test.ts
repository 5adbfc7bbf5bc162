import { describe, expect, it } from 'vitest';
import { countOf, criticalPath } from '../../bench/turn/requests.ts';
import type { AnsweredRequest } from '../../sim/wire/server.ts';

/** A request of the healthy Region from one time to another. */
function call(operation: string, [arrivedAtMs, answeredAtMs]: readonly [number, number], more: object = {}) {
  const request: AnsweredRequest = {
    service: 'chime',
    operation,
    region: 'us-east-1',
    resource: undefined,
    input: {},
    status: 200,
    arrivedAtMs,
    answeredAtMs,
  };
  return { ...request, ...more };
}

function metricData(times: readonly [number, number], metricNames: readonly string[], more: object = {}) {
  const MetricDataQueries = metricNames.map((MetricName) => ({
    MetricStat: { Metric: { Namespace: 'AWS/ChimeVoiceConnector', MetricName, ...more }, Period: 60 },
  }));
  return call('GetMetricData', times, { input: { MetricDataQueries, StartTime: 0, EndTime: 3600 } });
}

const listing = call('ListVoiceConnectorGroups', [0, 30]);
const metrics = metricData([40, 60], ['InboundCallAttempts']);

describe('The critical path', () => {
  it('adds up the pages of a listing, which wait for each other, and takes the longest listing', () => {
    const pages = [call('ListVoiceConnectors', [0, 20]), call('ListVoiceConnectors', [50, 80])];
    expect(criticalPath([listing, ...pages])).toEqual({ toWriteMs: 50, wholeMs: 50 });
    const elsewhere = call('ListVoiceConnectors', [0, 40], { region: 'us-west-2' });
    expect(criticalPath([listing, ...pages, elsewhere])).toEqual({ toWriteMs: 50, wholeMs: 50 });
  });

  it('takes the longest of the calls that could be made at the same time, even if they were made one after the other', () => {
    const later = metricData([60, 100], ['InboundCallAttempts']);
    expect(criticalPath([listing, metrics, later])).toEqual({ toWriteMs: 30 + 40, wholeMs: 30 + 40 });
  });

  it('has each stage of a move once: what is read about suspects and candidates, the rechecks, the record, the write and what follows', () => {
    const group = { resource: 'group-1' };
    const intent = { input: { Entries: [{ DetailType: 'Priority Change Intended' }] } };
    const outcome = { input: { Entries: [{ DetailType: 'Priority Change Applied' }] } };
    const toWrite = [
      listing,
      metrics,
      metricData([100, 101], ['Sip4xxCodes']),
      metricData([200, 202], ['OutboundCallAttempts']),
      metricData([200, 201], ['PriorityChange'], { Namespace: 'VoiceConnectorFailover' }),
      call('GetVoiceConnectorGroup', [300, 304], group),
      call('PutEvents', [400, 408], intent),
      call('PutMetricData', [400, 407]),
      call('GetParametersByPath', [500, 516]),
      call('GetVoiceConnectorGroup', [600, 632], group),
      call('UpdateVoiceConnectorGroup', [700, 764], group),
    ];
    const toWriteMs = 30 + 20 + 1 + 2 + 4 + 8 + 16 + 32 + 64;
    expect(criticalPath(toWrite)).toEqual({ toWriteMs, wholeMs: toWriteMs });
    const after = [call('GetVoiceConnectorGroup', [800, 928], group), call('PutEvents', [1000, 1256], outcome)];
    expect(criticalPath([...toWrite, ...after])).toEqual({ toWriteMs, wholeMs: toWriteMs + 128 + 256 });
  });

  it('ignores a Region that never answers', () => {
    const hanging = call('ListVoiceConnectors', [0, 9000], { region: 'eu-central-1', status: 'hang' });
    expect(criticalPath([listing, hanging])).toEqual({ toWriteMs: 30, wholeMs: 30 });
  });
});

it('What a run asked for is counted by operation, and metrics one by one', () => {
  const two = metricData([0, 1], ['InboundCallAttempts', 'Throttles']);
  expect(countOf([listing, metrics, two])).toEqual({
    byOperation: { ListVoiceConnectorGroups: 1, GetMetricData: 2 },
    metrics: 3,
  });
});
