import { describe, expect, it } from 'vitest';
import { carriedBeforeChange } from '../../../lib/core/judge/carried-before-change.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup } from '../../builders/group.ts';
import { history, inbound, judgedUntil, nothing, read, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';

/** A group changed `minutes` before the end of the judged time, whose primary had these calls. */
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

/** The same for a group changed ten minutes ago; the spans of each member begin an hour ago. */
function carriedBoth(ofPrimary: readonly Span[], ofStandby: readonly Span[]) {
  const hour = (spans: readonly Span[]) =>
    read(...spans, nothing(60 - spans.reduce((sum, { minutes }) => sum + minutes, 0)));
  const group = aGroup({ updatedAt: judgedUntil - 10 * minuteMs });
  const connectors = [
    aConnector({ inbound: hour(ofPrimary) }),
    aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: hour(ofStandby) }),
  ];
  return carriedBeforeChange(group, anObservation({ groups: [group], connectors }));
}

describe('whether the primary carried calls before the last change', () => {
  it('is true where it had calls before', () => {
    expect(carried(10, inbound(50, 4))).toBe(true);
    expect(carried(10, inbound(30, 0), inbound(20, 4))).toBe(true);
  });

  it('is false where it had none, the minute of the change excluded', () => {
    expect(carried(10, inbound(40, 0), inbound(10, 4))).toBe(false);
    expect(carried(10, inbound(39, 0), inbound(11, 4))).toBe(false);
  });

  it('is false where another member had the newest calls before, as after a move away and back by hand', () => {
    expect(carriedBoth([inbound(30, 4), inbound(20, 0), inbound(10, 4)], [inbound(30, 0), inbound(20, 4)])).toBe(false);
    expect(carriedBoth([inbound(48, 4), inbound(1, 0)], [inbound(48, 0), inbound(1, 4)])).toBe(false);
  });

  it('is true where the other member had calls earlier in the hour, or as late as the primary', () => {
    expect(carriedBoth([inbound(30, 0), inbound(20, 4)], [inbound(30, 4)])).toBe(true);
    expect(carriedBoth([inbound(60, 4)], [inbound(60, 4)])).toBe(true);
  });

  it('is unknown for a change too long ago, or at an unknown time', () => {
    expect(carried(65, inbound(50, 4))).toBeUndefined();
    expect(carried(undefined, inbound(50, 4))).toBeUndefined();
  });

  it('covers the hour until one minute before the change', () => {
    expect(carried(10, inbound(48, 0), inbound(1, 4), inbound(11, 0))).toBe(true);
    expect(carried(10, inbound(49, 0), inbound(1, 4), inbound(10, 0))).toBe(false);
    expect(carried(57.5, inbound(60, 4))).toBe(true);
    expect(carried(57.6, inbound(60, 4))).toBeUndefined();
  });

  it('is unknown for a group whose primary was not observed, or without members', () => {
    const unobserved = (group = aGroup({ updatedAt: judgedUntil - 10 * minuteMs })) =>
      carriedBeforeChange(group, anObservation({ groups: [group], connectors: [] }));
    expect(unobserved()).toBeUndefined();
    expect(unobserved(aGroup({ items: [], updatedAt: judgedUntil - 10 * minuteMs }))).toBeUndefined();
  });

  it('is unknown where CloudWatch does not answer', () => {
    const group = aGroup({ updatedAt: judgedUntil - 10 * minuteMs });
    const inboundOf = { kind: 'fetch-error', message: 'no answer' } as const;
    const connector = aConnector({ voiceConnectorId: group.items[0]?.voiceConnectorId ?? '', inbound: inboundOf });
    expect(carriedBeforeChange(group, anObservation({ groups: [group], connectors: [connector] }))).toBeUndefined();
  });
});
