/**
 * Observes the account for the monitor's decisions: first the primaries, and then as much more as may change a decision. What nothing
 * depends on is not read, and absent from the observation.
 */
import { distinctProblems } from '../context.ts';
import type { MetricName, MetricsReading, Observation, VoiceConnectorObservation } from '../core/model/observation.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import { comparedNow, findSuspects } from '../core/judge/suspects.ts';
import { usualSuspects, type RememberedPast, type UsualSuspects } from '../core/judge/usual-suspects.ts';
import { furtherReads, membersReadFirst, type MemberReads } from '../core/plan/reads.ts';
import { isNameShared } from '../input/override-keys.ts';
import { policyOf, type Policy } from '../input/policy.ts';
import type { Inventory, OverridesReading, ReadPorts } from '../ports.ts';
import { merged, readConnectors, type ConnectorsReading } from './members.ts';
import type { AccountObservation } from './observe.ts';
import { lastHour } from './spans.ts';
import { callMetrics, codeMetrics, readDetail, withDetail } from './suspect-detail.ts';

/** What a run has read, or is to read. */
type FurtherReads = MemberReads & {
  /** The response codes of the past hour. */
  readonly codes: ReadonlySet<string>;
};

/** Throttled calls fail, so that they make a suspect; `Throttles` is read then. */
const callAndAudioMetrics: readonly MetricName[] = [...callMetrics, 'MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote'];

/** Suspects are found among the primaries, some of them once their response codes are known, then among the witnesses and the members that were read for them or for an idle primary; each adds a round. */
const mostRounds = 5;

export async function observeForMonitor(
  ports: Pick<ReadPorts, 'groups' | 'metrics' | 'overrides' | 'pasts'>,
  policy: Policy,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<AccountObservation> {
  const [inventory, overrides] = await Promise.all([ports.groups.list(signal), ports.overrides.read(signal)]);
  const { witnesses = [] } = inventory;
  let observed = nothingRead(inventory, overrides, observedAt);
  const first = membersOf(observed, observed.observation.groups, policy);
  const screened = witnesses.length > 0 ? new Set<string>() : readAlone(first);
  let wanted: FurtherReads = { ...noReads, callsAndAudio: new Set(first.flat()) };
  let done = noReads;
  let codes: ReadonlyMap<string, MetricsReading> = new Map();
  let usual: UsualSuspects['usual'] = new Map();
  for (let round = 1; round <= mostRounds; round += 1) {
    const due = withinLimit(notDone(wanted, done, observed), done, observed, policy);
    const [seen, ofRound] = await Promise.all([
      readRound(ports, observed, due, signal),
      readCodes(ports, observed, due.codes, signal),
    ]);
    observed = seen;
    done = union(done, due);
    codes = new Map([...codes, ...ofRound]);
    const suspects = findSuspects(observed.observation, policyOf(policy));
    const pasts = ports.pasts?.of(screened) ?? new Map<string, RememberedPast>();
    const compared = usualSuspects(withCodes(observed, codes), suspects, pasts, round > 1, policyOf(policy));
    ({ usual } = compared);
    const regionOf = new Map([...observed.connectors].map(([id, { region }]) => [id, region]));
    const { observation } = withConnectors(observed, usual);
    const further = furtherReads(observation, compared.whole, regionOf, policyOf(policy));
    wanted = union(wanted, { ...further, codes: compared.unclear });
    if (observed.witnesses === undefined && witnesses.length > 0 && isMoveConceivable(first, further)) {
      observed = withWitnesses(observed, witnesses);
      const ofWitnesses = new Set(membersOf(observed, witnesses, policy).flat());
      wanted = union(wanted, { ...noReads, callsAndAudio: ofWitnesses });
    }
    if (isNothing(withinLimit(notDone(wanted, done, observed), done, observed, policy))) break;
  }
  const judged = withConnectors(observed, usual);
  const read = done.detail.union(done.codes).intersection(screened);
  ports.pasts?.remember(read, judged.observation, policy.defaults);
  return withoutUncompared(judged, notDone(wanted, done, observed).detail);
}

/**
 * The primaries of groups that are as they should be, of which nothing else was read first. Only these are left as they are if they
 * fail as usual: where another decision than a failover is due, or a shard knows only a part of its Region, everything is read.
 */
function readAlone(first: readonly (readonly string[])[]): ReadonlySet<string> {
  const together = new Set(first.flatMap((members) => (members.length > 1 ? members : [])));
  return new Set(first.flat()).difference(together);
}

function withConnectors(
  observed: AccountObservation,
  replaced: ReadonlyMap<string, VoiceConnectorObservation>,
): AccountObservation {
  if (replaced.size === 0) return observed;
  const connectors = new Map([...observed.observation.connectors, ...replaced]);
  return { ...observed, observation: { ...observed.observation, connectors } };
}

/**
 * Suspects that one run compares with their past, which takes nearly 7,000 datapoints of each. Thousands, in an outage of a whole Region,
 * would take more than the time of a run and the memory of the function.
 */
const mostCompared = 250;

function withinLimit(
  due: FurtherReads,
  done: FurtherReads,
  { observation }: AccountObservation,
  policy: Policy,
): FurtherReads {
  const most = Math.max(0, mostCompared - done.detail.size);
  return { ...due, detail: comparedNow(due.detail, most, observation, policyOf(policy)) };
}

/** Nothing is concluded from the failures of a suspect that could not be compared with its past: they may be usual. */
function withoutUncompared(observed: AccountObservation, uncompared: ReadonlySet<string>): AccountObservation {
  if (uncompared.size === 0) return observed;
  const message = `${uncompared.size} more Voice Connectors are suspect than the ${mostCompared} that a run compares with their past: the next runs go on`;
  const connectors = new Map(observed.observation.connectors);
  for (const id of uncompared) {
    const connector = connectors.get(id);
    if (connector !== undefined) connectors.set(id, { ...connector, inbound: { kind: 'partial', message } });
  }
  return {
    ...observed,
    observation: { ...observed.observation, connectors },
    problems: [...observed.problems, { doing: 'comparing suspects with their past', message }],
  };
}

function nothingRead(inventory: Inventory, overrides: OverridesReading, observedAt: EpochMs): AccountObservation {
  const { groups, connectors, problems: listingProblems } = inventory;
  const observation = { observedAt, groups, connectors: new Map() };
  return { observation, connectors, overrides, listingProblems, problems: [...listingProblems, ...overrides.problems] };
}

/** The members of each of these groups that are read before anything is known of them. */
function membersOf(
  { observation, overrides }: AccountObservation,
  groups: readonly VoiceConnectorGroup[],
  policy: Policy,
): readonly (readonly string[])[] {
  const { groups: all, observedAt } = observation;
  return groups.map((group) => {
    const override = overrides.of(group, observedAt, isNameShared(group, all));
    return membersReadFirst({ group, override, policy: policyOf(policy)(group) }, observedAt);
  });
}

/** While every primary is the preferred one and none is suspect, no group may move, and what the witnesses show changes nothing. */
function isMoveConceivable(first: readonly (readonly string[])[], { callsAndAudio }: MemberReads): boolean {
  return callsAndAudio.size > 0 || first.some((members) => members.length > 1);
}

function withWitnesses(observed: AccountObservation, witnesses: readonly VoiceConnectorGroup[]): AccountObservation {
  const { observation } = observed;
  return { ...observed, witnesses, observation: { ...observation, groups: [...observation.groups, ...witnesses] } };
}

const noReads: FurtherReads = { callsAndAudio: new Set(), calls: new Set(), codes: new Set(), detail: new Set() };

function union(left: FurtherReads, right: FurtherReads): FurtherReads {
  return {
    callsAndAudio: left.callsAndAudio.union(right.callsAndAudio),
    calls: left.calls.union(right.calls),
    codes: left.codes.union(right.codes),
    detail: left.detail.union(right.detail),
  };
}

/**
 * A suspect that no Region lists can be read only after its Region was found, with its calls. One whose calls could not be read is not
 * asked for more.
 */
function notDone(wanted: FurtherReads, done: FurtherReads, observed: AccountObservation): FurtherReads {
  const { connectors, observation } = observed;
  const isReadable = (id: string): boolean =>
    connectors.has(id) && (observation.connectors.get(id)?.inbound.kind ?? 'read') === 'read';
  return {
    callsAndAudio: wanted.callsAndAudio.difference(done.callsAndAudio),
    calls: wanted.calls.difference(done.calls).difference(wanted.callsAndAudio),
    codes: wanted.codes.difference(done.codes),
    detail: new Set([...wanted.detail.difference(done.detail)].filter(isReadable)),
  };
}

function isNothing({ callsAndAudio, calls, codes, detail }: FurtherReads): boolean {
  return callsAndAudio.size + calls.size + codes.size + detail.size === 0;
}

async function readRound(
  ports: Pick<ReadPorts, 'groups' | 'metrics'>,
  observed: AccountObservation,
  due: FurtherReads,
  signal: AbortSignal,
): Promise<AccountObservation> {
  const { connectors, observation } = observed;
  const { observedAt } = observation;
  const read = (ids: ReadonlySet<string>, metrics: readonly MetricName[]): Promise<ConnectorsReading> =>
    readConnectors(ports, { connectors, ids: [...ids], metrics }, observedAt, signal);
  const compared = [...due.detail].flatMap((id) => connectors.get(id) ?? []);
  const [whole, calls, detail] = await Promise.all([
    read(due.callsAndAudio, callAndAudioMetrics),
    read(due.calls, callMetrics),
    readDetail(ports, compared, observedAt, signal),
  ]);
  return withDetail(withReadings(observed, [whole, calls]), detail);
}

async function readCodes(
  ports: Pick<ReadPorts, 'metrics'>,
  { connectors, observation }: AccountObservation,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MetricsReading>> {
  const listed = [...ids].flatMap((id) => connectors.get(id) ?? []);
  return ports.metrics.read({ connectors: listed, metrics: codeMetrics, ...lastHour(observation.observedAt) }, signal);
}

/** Only for the comparison with the past: whether a line is suspect is asked of all its failed calls, refused or not. */
function withCodes({ observation }: AccountObservation, codes: ReadonlyMap<string, MetricsReading>): Observation {
  const connectors = new Map(observation.connectors);
  for (const [id, reading] of codes) {
    const connector = connectors.get(id);
    if (connector !== undefined) connectors.set(id, { ...connector, inbound: merged(connector.inbound, reading) });
  }
  return { ...observation, connectors };
}

function withReadings(observed: AccountObservation, readings: readonly ConnectorsReading[]): AccountObservation {
  const observations = new Map(observed.observation.connectors);
  const add = (each: VoiceConnectorObservation): void => {
    const earlier = observations.get(each.voiceConnectorId);
    const inbound = earlier === undefined ? each.inbound : merged(earlier.inbound, each.inbound);
    observations.set(each.voiceConnectorId, { ...each, ...earlier, inbound });
  };
  for (const reading of readings) for (const each of reading.observations.values()) add(each);
  return {
    ...observed,
    observation: { ...observed.observation, connectors: observations },
    connectors: new Map([...observed.connectors, ...readings.flatMap(({ connectors }) => [...connectors])]),
    problems: distinctProblems([...observed.problems, ...readings.flatMap(({ problems }) => problems)]),
  };
}
