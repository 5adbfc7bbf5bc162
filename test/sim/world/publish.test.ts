import { describe, expect, it } from 'vitest';
import { advanceTo } from '../../../sim/world/advance.ts';
import { metricNames } from '../../../sim/world/measurements.ts';
import type { MetricDatum } from '../../../sim/world/ports.ts';
import type { WorldSpec } from '../../../sim/world/spec.ts';
import { createWorld } from '../../../sim/world/world.ts';
import {
  connectorOf,
  eastFirst,
  inOrder,
  oregon,
  simulate,
  seed,
  startsAt,
  total,
  twoRegions,
  virginia,
  westFirst,
} from './builders.ts';

type Ping = { readonly voiceConnectorId: string; readonly at: number; readonly source: string };

/** The metrics and pings of the first minutes of a world. */
function published(spec: WorldSpec, minutes: number, routing = eastFirst) {
  const data: MetricDatum[] = [];
  const pings: Ping[] = [];
  advanceTo(createWorld(spec), startsAt + minutes * 60_000, {
    routing: { routedGroups: () => routing },
    metrics: { putMetric: (datum) => void data.push(datum) },
    pings: { recordOptionsPing: (voiceConnectorId, ping) => void pings.push({ voiceConnectorId, ...ping }) },
  });
  return { data, pings };
}

function seriesOf(data: readonly MetricDatum[], metricName: string, voiceConnectorId: string): readonly MetricDatum[] {
  return data.filter(
    (datum) => datum.metricName === metricName && datum.dimensions['VoiceConnectorId'] === voiceConnectorId,
  );
}

describe(`published metrics (seed ${seed})`, () => {
  it('are all that AWS documents, once a minute, in the connector’s Region, after the lag', () => {
    const { data } = published(twoRegions(), 1);
    expect(data.map(({ metricName }) => metricName).sort()).toEqual([...metricNames].sort());
    const [minute] = simulate(twoRegions(), 1);
    const attempts = minute!.connectors[0]!.inboundCallAttempts;
    expect(seriesOf(data, 'InboundCallAttempts', 'east')).toEqual([
      {
        region: virginia,
        namespace: 'AWS/ChimeVoiceConnector',
        metricName: 'InboundCallAttempts',
        dimensions: { VoiceConnectorId: 'east' },
        timestamp: startsAt,
        statistics: { sampleCount: 1, sum: attempts, minimum: attempts, maximum: attempts },
        visibleAt: startsAt + 90_000,
      },
    ]);
  });

  it('have one sample per call where calls are measured', () => {
    const { data } = published(twoRegions(), 1);
    const { count, sum, minimum, maximum } = simulate(twoRegions(), 1)[0]!.connectors[0]!.audio!.remote.mos;
    expect(seriesOf(data, 'MOSBetweenVcAndRemote', 'east').map(({ statistics }) => statistics)).toEqual([
      { sampleCount: count, sum, minimum, maximum },
    ]);
    expect(count).toBeGreaterThan(1);
  });

  it('are missing for an idle standby, and appear once it has calls', () => {
    expect(seriesOf(published(twoRegions(), 60).data, 'InboundCallAttempts', 'west')).toEqual([]);
    const { data } = published(twoRegions(), 60, westFirst);
    expect(seriesOf(data, 'InboundCallAttempts', 'west')).toHaveLength(60);
    expect(data.filter(({ region }) => region === oregon)).toHaveLength(data.length);
  });

  it('have zero attempts while a call is in progress, and are missing after it', () => {
    const group = { meanCallMinutes: 3, callsPerMinute: 5, spikes: [{ fromMinute: 5, untilMinute: 300, factor: 0 }] };
    const spec = twoRegions({ group });
    const { data } = published(spec, 300);
    const attempts = seriesOf(data, 'InboundCallAttempts', 'east').map(({ statistics }) => statistics.sum);
    const talking = connectorOf(simulate(spec, 300), 'east').filter(({ audio }) => audio !== undefined).length;
    expect(attempts).toHaveLength(talking);
    expect(attempts.slice(5)).toEqual(Array(talking - 5).fill(0));
    expect(talking).toBeGreaterThan(5);
    expect(talking).toBeLessThan(100);
  });

  it('of a standby with outbound calls have zero inbound attempts', () => {
    const { data } = published(twoRegions({ connector: { outboundCallsPerMinute: 30 } }), 60);
    const statistics = seriesOf(data, 'InboundCallAttempts', 'west').map((datum) => datum.statistics.sum);
    expect(statistics).toEqual(Array(60).fill(0));
    expect(total(seriesOf(data, 'OutboundCallAttempts', 'west'), (datum) => datum.statistics.sum)).toBeGreaterThan(
      1_500,
    );
  });

  it('become visible with the lag of their Region', () => {
    const lags = (metrics: WorldSpec['metrics']) =>
      new Set(
        published(twoRegions({ metrics: metrics! }), 3).data.map(({ visibleAt, timestamp }) => visibleAt - timestamp),
      );
    expect(lags({ lagSeconds: 5 })).toEqual(new Set([65_000]));
    expect(lags({ lagSeconds: 5, lagSecondsByRegion: { [virginia]: 120 } })).toEqual(new Set([180_000]));
    expect(lags({ lagSeconds: 5, lagSecondsByRegion: { [oregon]: 120 } })).toEqual(new Set([65_000]));
  });

  it('are missing or late during such a fault, while calls continue', () => {
    const period = { fromMinute: 2, untilMinute: 4, where: { region: virginia } };
    const missing = published(twoRegions({ faults: [{ ...period, what: { kind: 'metrics-missing' } }] }), 6).data;
    const minuteOf = ({ timestamp }: MetricDatum) => (timestamp - startsAt) / 60_000;
    expect(seriesOf(missing, 'InboundCallAttempts', 'east').map(minuteOf)).toEqual([0, 1, 4, 5]);
    const late = published(twoRegions({ faults: [{ ...period, what: { kind: 'metrics-late', minutes: 7 } }] }), 6).data;
    const delays = seriesOf(late, 'InboundCallAttempts', 'east').map(
      (datum) => (datum.visibleAt - datum.timestamp) / 1000,
    );
    expect(delays).toEqual([90, 90, 510, 510, 90, 90]);
    expect(seriesOf(missing, 'InboundCallAttempts', 'east').map(({ statistics }) => statistics)).toEqual(
      seriesOf(late, 'InboundCallAttempts', 'east')
        .filter((datum) => ![2, 3].includes(minuteOf(datum)))
        .map(({ statistics }) => statistics),
    );
  });

  it('have the responses of each class', () => {
    const busy = (code: 404 | 603) =>
      ({
        fromMinute: 0,
        untilMinute: 60,
        where: { region: virginia },
        what: { kind: 'busy', ratio: 0.3, code },
      }) as const;
    const { data } = published(twoRegions({ faults: [busy(404), busy(603)] }), 60);
    const sum = (metricName: string) => total(seriesOf(data, metricName, 'east'), ({ statistics }) => statistics.sum);
    expect(sum('Sip4xxCodes')).toBeGreaterThan(100);
    expect(sum('Sip6xxCodes')).toBeGreaterThan(50);
    expect(sum('Sip4xxCodes') + sum('Sip6xxCodes')).toBe(sum('InboundCallFailures'));
  });

  it('have a failure of a connector that has no call otherwise', () => {
    const spikes = [{ fromMinute: 1, untilMinute: 60, factor: 0 }];
    const group = { baselineFailureRatio: 1, spikes };
    const { data } = published(twoRegions({ group, metrics: { failuresLateMinutes: 2 } }), 10);
    const values = (metricName: string) =>
      seriesOf(data, metricName, 'east').map(({ timestamp, statistics }) => [
        (timestamp - startsAt) / 60_000,
        statistics.sum,
      ]);
    const [[, attempts] = []] = values('InboundCallAttempts');
    expect(attempts).toBeGreaterThan(0);
    expect(values('InboundCallAttempts')).toEqual([
      [0, attempts],
      [2, 0],
    ]);
    expect(values('InboundCallFailures')).toEqual([
      [0, 0],
      [2, attempts],
    ]);
  });

  it('have the configured dimension sets, aggregated where the connector is not a dimension', () => {
    const connectors = [
      { voiceConnectorId: 'east', region: virginia, outboundCallsPerMinute: 20 },
      { voiceConnectorId: 'east-2', region: virginia, outboundCallsPerMinute: 20 },
      { voiceConnectorId: 'west', region: oregon, outboundCallsPerMinute: 20 },
    ];
    const metrics = { dimensionSets: [['VoiceConnectorId', 'Region'], ['Region'], []] as const };
    const { data } = published({ ...twoRegions(), connectors, metrics }, 1);
    const attempts = data.filter(({ metricName }) => metricName === 'OutboundCallAttempts');
    const [east = 0, east2 = 0, west = 0] = attempts.slice(0, 3).map(({ statistics }) => statistics.sum);
    const both = { sampleCount: 2, sum: east + east2, minimum: Math.min(east, east2), maximum: Math.max(east, east2) };
    const alone = { sampleCount: 1, sum: west, minimum: west, maximum: west };
    expect(attempts.map(({ region, dimensions }) => [region, dimensions])).toEqual([
      [virginia, { VoiceConnectorId: 'east', Region: virginia }],
      [virginia, { VoiceConnectorId: 'east-2', Region: virginia }],
      [oregon, { VoiceConnectorId: 'west', Region: oregon }],
      [virginia, { Region: virginia }],
      [oregon, { Region: oregon }],
      [virginia, {}],
      [oregon, {}],
    ]);
    expect(attempts.slice(3).map(({ statistics }) => statistics)).toEqual([both, alone, both, alone]);
    expect(east).not.toBe(east2);
  });
});

describe(`values by hand (seed ${seed})`, () => {
  const period = { fromMinute: 2, untilMinute: 4, voiceConnectorId: 'east' };

  /** By minute: the statistics of a metric. */
  function valuesOf(spec: WorldSpec, metricName: string, voiceConnectorId: string) {
    return Object.fromEntries(
      seriesOf(published(spec, 6).data, metricName, voiceConnectorId).map(({ timestamp, statistics }) => [
        (timestamp - startsAt) / 60_000,
        statistics,
      ]),
    );
  }

  it('replace those of their connector, metric and minutes, and nothing else', () => {
    const spread = { samples: 4, sum: 10, minimum: 1, maximum: 4 };
    const metricValues = [{ ...period, values: { MOSBetweenVcAndCustomer: spread, Throttles: 3 } }];
    const byHand = { ...twoRegions(), metricValues };
    const calm = published(twoRegions(), 6).data;
    const isReplaced = ({ timestamp, metricName }: MetricDatum) =>
      [2, 3].includes((timestamp - startsAt) / 60_000) && ['MOSBetweenVcAndCustomer', 'Throttles'].includes(metricName);
    expect(published(byHand, 6).data).toEqual(
      calm.map((datum) => {
        if (!isReplaced(datum)) return datum;
        const statistics =
          datum.metricName === 'Throttles'
            ? { sampleCount: 1, sum: 3, minimum: 3, maximum: 3 }
            : { sampleCount: 4, sum: 10, minimum: 1, maximum: 4 };
        return { ...datum, statistics };
      }),
    );
    expect(calm.filter(isReplaced)).toHaveLength(4);
  });

  it('exist without calls and while metrics are missing, and the later entry applies', () => {
    const missing = {
      fromMinute: 0,
      untilMinute: 6,
      where: { voiceConnectorId: 'east' },
      what: { kind: 'metrics-missing' },
    } as const;
    const metricValues = [
      { ...period, values: { Throttles: 3 } },
      { ...period, fromMinute: 3, values: { Throttles: 0 } },
      { ...period, voiceConnectorId: 'west', values: { Throttles: 7 } },
    ];
    const spec = { ...twoRegions({ faults: [missing] }), metricValues };
    const sample = (value: number) => ({ sampleCount: 1, sum: value, minimum: value, maximum: value });
    expect(valuesOf(spec, 'Throttles', 'east')).toEqual({ 2: sample(3), 3: sample(0) });
    expect(valuesOf(spec, 'Throttles', 'west')).toEqual({ 2: sample(7), 3: sample(7) });
    expect(published(spec, 6).data).toHaveLength(4);
  });
});

describe('published pings', () => {
  it('have the time and source of the last ping', () => {
    const connector = { optionsPing: { everySeconds: 90, source: '192.0.2.1' } };
    const { pings } = published(twoRegions({ connector }), 4);
    expect(pings.filter(({ voiceConnectorId }) => voiceConnectorId === 'west')).toEqual(
      [0, 90, 180].map((second) => ({ voiceConnectorId: 'west', at: startsAt + second * 1000, source: '192.0.2.1' })),
    );
  });
});

describe('a world that follows a clock', () => {
  const silent = { metrics: { putMetric: () => undefined }, pings: { recordOptionsPing: () => undefined } };

  it('runs every whole minute once', () => {
    const world = createWorld(twoRegions());
    const routing = { routedGroups: () => eastFirst };
    const minutesAt = (seconds: number) =>
      advanceTo(world, startsAt + seconds * 1000, { ...silent, routing }).map(({ minute }) => minute);
    expect([59.999, 60, 61, 250, 100].map(minutesAt)).toEqual([[], [0], [], [1, 2, 3], []]);
  });

  it('reads the routing before each minute', () => {
    const orders = [eastFirst, westFirst, inOrder('west')];
    const routing = { routedGroups: () => orders.shift() ?? [] };
    const minutes = advanceTo(createWorld(twoRegions()), startsAt + 3 * 60_000, { ...silent, routing });
    expect(connectorOf(minutes, 'east').map(({ inboundCallAttempts }) => inboundCallAttempts > 0)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
