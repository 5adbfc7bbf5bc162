import { describe, expect, it } from 'vitest';
import { carriedBeforeChange } from '../../../lib/core/judge/carried-before-change.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup } from '../../builders/group.ts';
import { history, inbound, judgedUntil, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';

/** A group changed so many minutes before the judged time ends, whose first choice had these minutes of calls. */
function carried(changedMinutesAgo: number | undefined, ...spans: readonly Span[]) {
  const updatedAt = changedMinutesAgo === undefined ? undefined : judgedUntil - changedMinutesAgo * minuteMs;
  const group = aGroup({ updatedAt });
  const [top] = group.items;
  const connector = aConnector({
    voiceConnectorId: top?.voiceConnectorId ?? '',
    inbound: { kind: 'read', minutes: history(...spans) },
  });
  return carriedBeforeChange(group, anObservation({ groups: [group], connectors: [connector] }));
}

describe('whether the first choice was that already before the group was changed', () => {
  it('is told by the calls it carried before', () => {
    expect(carried(10, inbound(50, 4))).toBe(true);
    expect(carried(10, inbound(30, 0), inbound(20, 4))).toBe(true);
  });

  it('is denied by its having none, those of the very minute of the change left aside', () => {
    expect(carried(10, inbound(40, 0), inbound(10, 4))).toBe(false);
    expect(carried(10, inbound(39, 0), inbound(11, 4))).toBe(false);
  });

  it('cannot be told of a change that lies too far back, or whose time is unknown', () => {
    expect(carried(65, inbound(50, 4))).toBeUndefined();
    expect(carried(undefined, inbound(50, 4))).toBeUndefined();
  });

  it('counts the last minute that ended a minute before the change, and looks back an hour', () => {
    expect(carried(10, inbound(48, 0), inbound(1, 4), inbound(11, 0))).toBe(true);
    expect(carried(10, inbound(49, 0), inbound(1, 4), inbound(10, 0))).toBe(false);
    expect(carried(57.5, inbound(60, 4))).toBe(true);
    expect(carried(57.6, inbound(60, 4))).toBeUndefined();
  });

  it('cannot be told of a group whose first choice was not observed, or that has no members', () => {
    const unobserved = (group = aGroup({ updatedAt: judgedUntil - 10 * minuteMs })) =>
      carriedBeforeChange(group, anObservation({ groups: [group], connectors: [] }));
    expect(unobserved()).toBeUndefined();
    expect(unobserved(aGroup({ items: [], updatedAt: judgedUntil - 10 * minuteMs }))).toBeUndefined();
  });

  it('cannot be told where CloudWatch does not answer', () => {
    const group = aGroup({ updatedAt: judgedUntil - 10 * minuteMs });
    const inboundOf = { kind: 'fetch-error', message: 'no answer' } as const;
    const connector = aConnector({ voiceConnectorId: group.items[0]?.voiceConnectorId ?? '', inbound: inboundOf });
    expect(carriedBeforeChange(group, anObservation({ groups: [group], connectors: [connector] }))).toBeUndefined();
  });
});
