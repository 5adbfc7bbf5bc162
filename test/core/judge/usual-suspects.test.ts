import { describe, expect, it } from 'vitest';
import { slotOf } from '../../../lib/core/judge/past-calls.ts';
import { usualSuspects, type RememberedPast, type UsualSuspects } from '../../../lib/core/judge/usual-suspects.ts';
import type { MetricsReading, Observation, VoiceConnectorObservation } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { history, inbound, judgedUntil, nothing, read, readPast, past, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

/** Minutes ago that the past was read; response codes are known from before. */
const readAgo = 10;

/** A line of which one call in ten always fails; of the past, so many a minute were refused. */
function remembered({
  failures = 1,
  refused = 0,
  ...changes
}: Partial<RememberedPast> & { failures?: number; refused?: number } = {}): RememberedPast {
  const fortnight = readPast(past(14 * 24, 50, 5 * failures));
  if (fortnight.kind !== 'read') throw new Error('a past is read');
  const minutes = history({ ...inbound(240, 10, failures), InboundCallsAnswered: 10 - failures, Sip4xxCodes: refused });
  return {
    history: { kind: 'read', minutes: fortnight.minutes.map((slot) => ({ ...slot, Sip4xxCodes: 30 * refused })) },
    minutes: minutes.filter(({ startsAt }) => startsAt < judgedUntil - readAgo * minuteMs),
    slot: slotOf(judgedUntil),
    ...changes,
  };
}

const asUsual = read(inbound(60, 10, 1));

type Lines = Readonly<
  Record<string, { readonly calls?: MetricsReading; readonly region?: string; readonly past?: RememberedPast | 'none' }>
>;

type Others = { readonly standbys?: Readonly<Record<string, string>>; readonly wereCodesAsked?: boolean };

/** Each line is the primary of a group of its own, in Virginia and remembered. */
function compare(lines: Lines, others: Others = {}) {
  const connectors = Object.entries(lines).map(([voiceConnectorId, { calls = asUsual, region = 'us-east-1' }]) =>
    aConnector({ voiceConnectorId, region, inbound: calls }),
  );
  const groups = connectors.map(({ voiceConnectorId: id }) =>
    aGroup({
      voiceConnectorGroupId: `${id}-group`,
      items: items({ [id]: 1, [others.standbys?.[id] ?? `${id}-standby`]: 2 }),
    }),
  );
  const pasts = Object.entries(lines).flatMap(([id, { past: known = remembered() }]) =>
    known === 'none' ? [] : [[id, known] as const],
  );
  return compareIn(anObservation({ groups, connectors }), new Map(pasts), others.wereCodesAsked);
}

/** Every member is suspect. */
function compareIn(
  observation: Observation,
  pasts: ReadonlyMap<string, RememberedPast>,
  wereCodesAsked = false,
): UsualSuspects {
  const members = observation.groups.flatMap(({ items: all }) => all.map(({ voiceConnectorId }) => voiceConnectorId));
  return usualSuspects(observation, new Set(members), pasts, wereCodesAsked, () => aPolicy());
}

function statesOf(lines: Lines, others?: Others) {
  const { usual, unclear, whole } = compare(lines, others);
  return { usual: [...usual.keys()], unclear: [...unclear], whole: [...whole] };
}

describe('a suspect is left as it is', () => {
  it('where it fails as it usually does, and is judged beside its remembered past', () => {
    const { usual, unclear, whole } = compare({ east: {} });
    const known = remembered();
    const expected: VoiceConnectorObservation = {
      voiceConnectorId: 'east',
      region: 'us-east-1',
      inbound: { kind: 'read', minutes: history(inbound(240, 10, 1)) },
      history: known.history,
    };
    expect({ usual, unclear, whole }).toEqual({
      usual: new Map([['east', expected]]),
      unclear: new Set(),
      whole: new Set(),
    });
  });

  it.each<[string, Lines[string]]>([
    ['nothing is remembered of it', { past: 'none' }],
    ['the half hour is another', { past: remembered({ slot: slotOf(judgedUntil) - 1 }) }],
    ['more calls fail', { calls: read(inbound(50, 10, 1), inbound(10, 10, 6)) }],
    ['it is silent', { calls: read(inbound(45, 10, 1), inbound(15, 0)) }],
    ['its metrics end', { calls: read(inbound(45, 10, 1), nothing(15)) }],
    ['its metrics cannot be read', { calls: { kind: 'partial', message: 'late' } }],
    [
      'its audio is bad on the customer leg',
      {
        calls: read(inbound(55, 10, 1), { ...inbound(5, 10, 1), MOSBetweenVcAndCustomer: 1.5 }),
      },
    ],
    [
      'its audio is bad on the remote leg',
      { calls: read(inbound(55, 10, 1), { ...inbound(5, 10, 1), MOSBetweenVcAndRemote: 1.5 }) },
    ],
  ])('not where %s', (_, line) => {
    expect(statesOf({ east: line })).toEqual({ usual: [], unclear: [], whole: ['east', 'east-standby'] });
  });

  it('not where its calls seem to be rerouted to the standby', () => {
    const lines: Lines = {
      east: { calls: read(inbound(50, 10, 1), inbound(10, 2)) },
      west: { region: 'us-west-2', past: 'none', calls: read(inbound(50, 0), inbound(10, 8)) },
    };
    expect(statesOf(lines, { standbys: { east: 'west' } }).usual).toEqual(['east']);
    const rerouted = anObservation({
      groups: [aGroup({ items: items({ east: 1, west: 2 }) })],
      connectors: Object.entries(lines).map(([voiceConnectorId, { calls = asUsual, region }]) =>
        aConnector({ voiceConnectorId, region: region ?? 'us-east-1', inbound: calls }),
      ),
    });
    expect(compareIn(rerouted, new Map([['east', remembered()]])).usual).toEqual(new Map());
  });

  it('half a proof away from a fault, and no nearer', () => {
    const failing = (minutes: number) => ({ calls: read(inbound(60 - minutes, 10, 1), inbound(minutes, 10, 3)) });
    expect(statesOf({ east: failing(6) }).usual).toEqual(['east']);
    expect(statesOf({ east: failing(12) })).toEqual({ usual: [], unclear: [], whole: ['east', 'east-standby'] });
  });
});

describe('the response codes of a suspect are read', () => {
  const refusing = remembered({ failures: 3, refused: 3 });
  const fresh = (codes: Partial<Span>) => read(inbound(60 - readAgo, 10, 3), { ...inbound(readAgo, 10, 3), ...codes });

  it('where it fails as usual if as many calls are refused as usual, and tell whether they are', () => {
    expect(statesOf({ east: { past: refusing, calls: fresh({}) } })).toEqual({
      usual: [],
      unclear: ['east'],
      whole: [],
    });
    expect(statesOf({ east: { past: refusing, calls: fresh({ Sip4xxCodes: 3 }) } }, { wereCodesAsked: true })).toEqual({
      usual: ['east'],
      unclear: [],
      whole: [],
    });
    expect(statesOf({ east: { past: refusing, calls: fresh({ Sip4xxCodes: 0 }) } }, { wereCodesAsked: true })).toEqual({
      usual: [],
      unclear: [],
      whole: ['east', 'east-standby'],
    });
  });

  it.each<[string, Partial<Span>]>([
    ['throttled', { Throttles: 1 }],
    ['answered by another route', { InboundCallsAnswered: 10 }],
  ])('where calls were %s, which is read with them', (_, metrics) => {
    const minutes = history({ ...inbound(240, 10, 1), InboundCallsAnswered: 9, Sip4xxCodes: 0, ...metrics });
    const known = remembered({ minutes: minutes.slice(0, -readAgo) });
    expect(statesOf({ east: { past: known } })).toEqual({ usual: [], unclear: ['east'], whole: [] });
  });

  it('of all in its Region that are compared, and of no others', () => {
    const lines = {
      east: { past: refusing, calls: fresh({}) },
      'east-2': {},
      'east-3': { past: refusing, calls: fresh({ Sip4xxCodes: 3 }) },
      west: { region: 'us-west-2' },
    };
    expect(statesOf(lines)).toEqual({ usual: ['west'], unclear: ['east', 'east-2', 'east-3'], whole: [] });
  });
});

const suspect = { past: 'none', calls: read(inbound(50, 10), inbound(10, 10, 5)) } as const;

describe('the suspects of a Region are read whole', () => {
  const worse = { calls: read(inbound(54, 10, 1), inbound(6, 10, 3)) };

  it('where one of them is not as usual, and those of other Regions are not', () => {
    expect(statesOf({ east: {}, 'east-2': suspect, west: { region: 'us-west-2' } }).usual).toEqual(['west']);
  });

  it('where each is as usual and all together are not', () => {
    expect(statesOf({ east: worse }).usual).toEqual(['east']);
    expect(statesOf({ east: worse, 'east-2': {} }).usual).toEqual(['east', 'east-2']);
    const bad = { calls: read(inbound(51, 10, 1), inbound(9, 10, 3)) };
    expect(statesOf({ east: bad }).usual).toEqual(['east']);
    expect(statesOf({ east: bad, 'east-2': bad }).usual).toEqual([]);
    expect(statesOf({ east: worse, 'east-2': worse, 'east-3': worse })).toEqual({
      usual: [],
      unclear: [],
      whole: ['east', 'east-standby', 'east-2', 'east-2-standby', 'east-3', 'east-3-standby'],
    });
  });

  it('where each is as usual by its codes and all together are not', () => {
    const refusing = remembered({ failures: 3, refused: 3 });
    const refused = (minutes: number, of3: number) => ({ ...inbound(minutes, 10, 3), Sip4xxCodes: of3 });
    const calls = read(inbound(50, 10, 3), refused(6, 3), refused(4, 2));
    const line = { past: refusing, calls };
    expect(statesOf({ east: line }, { wereCodesAsked: true }).usual).toEqual(['east']);
    const together = { east: line, 'east-2': line, 'east-3': line, 'east-4': line };
    expect(statesOf(together, { wereCodesAsked: true })).toEqual({
      usual: [],
      unclear: [],
      whole: ['east', 'east-2', 'east-3', 'east-4'].flatMap((id) => [id, `${id}-standby`]),
    });
  });

  it('where one of them was read whole in this run', () => {
    const connectors = [
      aConnector({ voiceConnectorId: 'east', inbound: asUsual }),
      aConnector({ voiceConnectorId: 'east-2', inbound: asUsual, history: remembered().history }),
    ];
    const pasts = new Map([
      ['east', remembered()],
      ['east-2', remembered()],
    ]);
    expect(compareIn(anObservation({ connectors }), pasts).usual).toEqual(new Map());
  });

  it('where a member of one of their groups is in such a Region', () => {
    const lines = { east: {}, west: { region: 'us-west-2' }, tokyo: { ...suspect, region: 'ap-northeast-1' } };
    expect(statesOf(lines).usual).toEqual(['east', 'west']);
    expect(statesOf(lines, { standbys: { east: 'tokyo' } }).usual).toEqual(['west']);
    expect(statesOf(lines, { standbys: { east: 'tokyo', west: 'east' } })).toEqual({
      usual: [],
      unclear: [],
      whole: ['east', 'tokyo', 'west', 'tokyo-standby'],
    });
  });

  it('one after the other, in whatever order the groups are listed', () => {
    const lines = { west: { region: 'us-west-2' }, east: {}, tokyo: { ...suspect, region: 'ap-northeast-1' } };
    expect(statesOf(lines, { standbys: { east: 'tokyo', west: 'east' } }).usual).toEqual([]);
  });
});

describe('a quiet member of a Region whose suspects are as usual', () => {
  const quiet = { past: 'none', calls: read(inbound(60, 10)) } as const;

  it('is left as it is, as a suspect only because of the others', () => {
    expect(statesOf({ east: {}, 'east-2': quiet })).toEqual({ usual: ['east'], unclear: [], whole: [] });
  });

  it('is read whole where it belongs to the group of a suspect elsewhere, in whatever groups besides', () => {
    const observation = anObservation({
      groups: [
        aGroup({ voiceConnectorGroupId: 'a', items: items({ east: 1, 'east-standby': 2 }) }),
        aGroup({ voiceConnectorGroupId: 'b', items: items({ 'east-2': 1, 'east-2-standby': 2 }) }),
        aGroup({ voiceConnectorGroupId: 'c', items: items({ tokyo: 1, 'east-2': 2 }) }),
      ],
      connectors: [
        aConnector({ voiceConnectorId: 'east', inbound: asUsual }),
        aConnector({ voiceConnectorId: 'east-2', inbound: quiet.calls }),
        aConnector({ voiceConnectorId: 'tokyo', region: 'ap-northeast-1', inbound: suspect.calls }),
      ],
    });
    const { usual, whole } = compareIn(observation, new Map([['east', remembered()]]));
    expect([[...usual.keys()], [...whole]]).toEqual([['east'], ['east-2', 'tokyo']]);
  });

  it('is read whole where the calls of its group seem to be rerouted', () => {
    const observation = anObservation({
      groups: [
        aGroup({ voiceConnectorGroupId: 'a', items: items({ east: 1 }) }),
        aGroup({ voiceConnectorGroupId: 'b', items: items({ 'east-2': 1, west: 2 }) }),
      ],
      connectors: [
        aConnector({ voiceConnectorId: 'east', inbound: asUsual }),
        aConnector({ voiceConnectorId: 'east-2', inbound: read(inbound(50, 10), inbound(10, 0)) }),
        aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: read(inbound(50, 0), inbound(10, 10)) }),
      ],
    });
    const { usual, whole } = compareIn(observation, new Map([['east', remembered()]]));
    expect([[...usual.keys()], [...whole]]).toEqual([['east'], ['east-2', 'west']]);
  });
});
