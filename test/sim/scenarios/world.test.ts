import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../sim/scenario/format/load.ts';
import { timelineTextOf } from '../../../sim/scenario/timeline-text.ts';
import { connectorSeedsOf, groupSeedsOf, worldOf } from '../../../sim/scenario/world.ts';

const start = `
title: example
shows: every way in which calls can fail
warmUpMinutes: 100
minutes: 20
metrics: { failuresLateMinutes: 2 }
groups:
  - id: main-line
    members:
      - { id: vc-east, region: us-east-1, priority: 1 }
      - { id: vc-west, region: us-west-2, priority: 2 }
    calls: { perMinute: 24 }
  - id: support
    members:
      - { id: vc-east, shared: true, priority: 1 }
      - { id: vc-west, shared: true, priority: 2 }
    calls:
      perMinute: 6
      spikes: [{ from: -30, until: 5, factor: 0 }]
      baselineFailureRatio: 0.1
      baselineServerErrorShare: 0.3
      failurePeriods:
        - { days: [mon, tue], from: "12:00", until: 13:30, ratio: 0.08, serverErrorShare: 0 }
        - { from: "22:00", until: "06:00", ratio: 0.7 }
      failureWalk: { lowest: 0.05, highest: 0.2, stepPerHour: 0.01 }
      minuteCorrelation: 0.02
      machines: [{ from: -50, until: 10, everySeconds: 4, code: 603 }]
timeline:
  faults:
    - { from: 1, until: 2, where: { connector: vc-east }, what: { kind: busy, ratio: 0.5, code: 404 } }
    - { from: 3, until: 4.5, where: { group: support }, what: { kind: first-route-down, ratio: 1 } }
  metricValues:
    - from: -10
      until: 5
      every: { minutes: 5, forMinutes: 1 }
      connector: vc-west
      values: { MOSBetweenVcAndCustomer: { samples: 2, sum: 5, minimum: 1, maximum: 4 }, Throttles: 3 }
expect: { moves: [] }
`;

describe('The world of a scenario', () => {
  const scenario = parseScenario('example.yml', start);
  const world = worldOf(scenario);

  it('has the failures of its calls, in minutes since the start of the warm-up', () => {
    expect(world.groups[1]).toEqual({
      voiceConnectorGroupId: 'support',
      callsPerMinute: 6,
      spikes: [{ fromMinute: 70, untilMinute: 105, factor: 0 }],
      baselineFailureRatio: 0.1,
      baselineServerErrorShare: 0.3,
      failurePeriods: [
        { days: ['mon', 'tue'], from: '12:00', until: '13:30', ratio: 0.08, serverErrorShare: 0 },
        { from: '22:00', until: '06:00', ratio: 0.7 },
      ],
      failureWalk: { lowest: 0.05, highest: 0.2, stepPerHour: 0.01 },
      minuteCorrelation: 0.02,
      machines: [{ fromMinute: 50, untilMinute: 110, everySeconds: 4, code: 603 }],
    });
    expect(world.metrics).toEqual({ lagSeconds: 30, failuresLateMinutes: 2 });
  });

  it('has a swing that is highest at the minute of the scenario', () => {
    const swinging = start.replace(
      'perMinute: 24',
      'perMinute: 24, failureSwing: { lowest: 0.01, highest: 0.05, periodMinutes: 60, highestAt: -5 }',
    );
    expect(worldOf(parseScenario('example.yml', swinging)).groups[0]?.failureSwing).toEqual({
      lowest: 0.01,
      highest: 0.05,
      periodMinutes: 60,
      highestAtMinute: 95,
    });
  });

  it('has faults with their codes, and values by hand', () => {
    expect(world.faults).toEqual([
      {
        fromMinute: 101,
        untilMinute: 102,
        where: { voiceConnectorId: 'vc-east' },
        what: { kind: 'busy', ratio: 0.5, code: 404 },
      },
      {
        fromMinute: 103,
        untilMinute: 104.5,
        where: { voiceConnectorGroupId: 'support' },
        what: { kind: 'first-route-down', ratio: 1 },
      },
    ]);
    expect(world.metricValues).toEqual([
      {
        fromMinute: 90,
        untilMinute: 105,
        every: { minutes: 5, forMinutes: 1 },
        voiceConnectorId: 'vc-west',
        values: { MOSBetweenVcAndCustomer: { samples: 2, sum: 5, minimum: 1, maximum: 4 }, Throttles: 3 },
      },
    ]);
  });

  it('has a shared Voice Connector once, in the groups that share it', () => {
    expect(world.connectors.map(({ voiceConnectorId }) => voiceConnectorId)).toEqual(['vc-east', 'vc-west']);
    expect(connectorSeedsOf(scenario).map(({ voiceConnectorId }) => voiceConnectorId)).toEqual(['vc-east', 'vc-west']);
    const items = [
      { voiceConnectorId: 'vc-east', priority: 1 },
      { voiceConnectorId: 'vc-west', priority: 2 },
    ];
    expect(groupSeedsOf(scenario).map((group) => group.items)).toEqual([items, items]);
  });

  it('shows the values by hand in the transcript, where they begin and end', () => {
    const text = 'MOSBetweenVcAndCustomer (samples 2, sum 5, minimum 1, maximum 4), Throttles 3';
    const textAt = timelineTextOf(scenario);
    expect(textAt(1)).toContain(`begins: values by hand at connector vc-west: ${text}, on for 1 of every 5 min`);
    expect(textAt(5)).toContain(`ends: values by hand at connector vc-west: ${text}`);
  });
});
