/**
 * Suspects whose calls fail no more than they usually do. A line of which one call in ten always fails is suspect every minute, and the
 * detail of a suspect costs more than twenty metrics. What an earlier run read of its past in the same half hour shows that nothing has
 * changed, so that it need not be read again. It never proves a fault: what is not as usual is read whole, and judged by that.
 */
import { hasResponseCodes } from './call-counts.ts';
import { pooled } from './call-series.ts';
import { suspicionOf } from './calls.ts';
import { callsOf, type ConnectorCalls, type Measure } from './connector-calls.ts';
import { isSuspectConnector, judgeConnector } from './connector.ts';
import { natsForBudget } from './likelihood.ts';
import { slotOf } from './past-calls.ts';
import { judgedUntil } from './readings.ts';
import { accountOf, reroutedFrom, type Account } from './rerouted.ts';
import type { GroupPolicy, PolicyOf } from '../model/group-policy.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { mergedMinutes, onlyMetrics } from '../model/minutes.ts';
import type {
  MetricName,
  MetricsReading,
  Minute,
  Observation,
  VoiceConnectorObservation,
} from '../model/observation.ts';

/** The past of a suspect, as a run read it. */
export type RememberedPast = {
  /** Half-hourly sums of the past fortnight. */
  readonly history: Extract<MetricsReading, { readonly kind: 'read' }>;
  /** The four hours before that run, with response codes. */
  readonly minutes: readonly Minute[];
  /** The half hour of the newest judged minute. The next half hour is compared with a longer past. */
  readonly slot: number;
};

export type UsualSuspects = {
  /** By id, those that fail as usual, as they are to be judged. */
  readonly usual: ReadonlyMap<string, VoiceConnectorObservation>;
  /** Ids of those that fail as usual if as many calls are refused as usual, which their response codes show; none once these were asked for. */
  readonly unclear: ReadonlySet<string>;
  /** Ids of the others, which are read whole. */
  readonly whole: ReadonlySet<string>;
};

type State = 'usual' | 'unclear' | 'suspect';

/** A suspect beside what is remembered of its past. */
type Compared = {
  readonly state: State;
  readonly observation: VoiceConnectorObservation;
  readonly calls: ConnectorCalls;
};

/**
 * A Region is left as it is only if all of its suspects are as usual, each by itself and all together: what is compared with a suspect
 * that is read whole must be read whole too.
 *
 * @param suspects some of which may fail as usual
 * @param pasts by Voice Connector id, of those that may be left as they are
 * @param wereCodesAsked whether the run has asked for the response codes of those that were unclear without them
 */
export function usualSuspects(
  observation: Observation,
  suspects: ReadonlySet<string>,
  pasts: ReadonlyMap<string, RememberedPast>,
  wereCodesAsked: boolean,
  policyOf: PolicyOf,
): UsualSuspects {
  const account = accountOf(observation);
  const compared = compareAll(suspects, pasts, account, policyOf);
  const usual = new Map<string, VoiceConnectorObservation>();
  const unclear = new Set<string>();
  if (compared.size === 0) return { usual, unclear, whole: suspects };
  const states = statesOfRegions(compared, wereCodesAsked, account, policyOf);
  for (const [id, { observation: judged }] of compared) {
    const state = states.get(judged.region);
    if (state === 'usual') usual.set(id, judged);
    if (state === 'unclear') unclear.add(id);
  }
  return { usual, unclear, whole: suspectsOutside(states, suspects, account, policyOf) };
}

/** The suspects of the other Regions, and the members that are compared with one of them, or to which calls seem to be rerouted. */
function suspectsOutside(
  states: States,
  suspects: ReadonlySet<string>,
  account: Account,
  policyOf: PolicyOf,
): ReadonlySet<string> {
  const { connectors, groupsOf } = account;
  const isOutside = (id: string): boolean => {
    const connector = connectors.get(id);
    return connector !== undefined && suspects.has(id) && states.get(connector.region) === 'suspect';
  };
  const isComparedOutside = (group: VoiceConnectorGroup): boolean =>
    group.items.some(({ voiceConnectorId }) => isOutside(voiceConnectorId)) ||
    reroutedFrom(true, group, account, policyOf(group)) !== undefined;
  return new Set([...suspects].filter((id) => isOutside(id) || (groupsOf.get(id) ?? []).some(isComparedOutside)));
}

function compareAll(
  suspects: ReadonlySet<string>,
  pasts: ReadonlyMap<string, RememberedPast>,
  account: Account,
  policyOf: PolicyOf,
): ReadonlyMap<string, Compared> {
  const compared = new Map<string, Compared>();
  for (const [id, past] of pasts) {
    const connector = account.connectors.get(id);
    const groups = account.groupsOf.get(id) ?? [];
    if (!suspects.has(id) || connector?.inbound.kind !== 'read' || connector.history !== undefined) continue;
    const areCodesFresh = hasResponseCodes(connector.inbound.minutes);
    const known = withPast(connector, connector.inbound.minutes, past);
    const observation = areCodesFresh ? known : { ...known, inbound: withoutCodes(known.inbound) };
    const calls = callsOf(known, judgedUntil(account.observedAt, policyOf()), policyOf());
    const states = groups.map((group) =>
      stateFor(group, { known, observation, past, areCodesFresh }, account, policyOf(group)),
    );
    compared.set(id, { state: worstOf(states), observation, calls });
  }
  return compared;
}

function worstOf(states: readonly State[]): State {
  return states.includes('suspect') ? 'suspect' : states.includes('unclear') ? 'unclear' : 'usual';
}

type Known = VoiceConnectorObservation & {
  readonly inbound: { readonly kind: 'read'; readonly minutes: readonly Minute[] };
};

/** The remembered minutes and the fresh ones. */
function withPast(
  connector: VoiceConnectorObservation,
  fresh: readonly Minute[],
  { history, minutes }: RememberedPast,
): Known {
  return { ...connector, inbound: { kind: 'read', minutes: mergedMinutes(minutes, fresh) }, history };
}

type Comparison = Pick<Compared, 'observation'> & {
  readonly areCodesFresh: boolean;
  readonly known: Known;
  readonly past: RememberedPast;
};

function stateFor(
  group: VoiceConnectorGroup,
  { known, observation, past, areCodesFresh }: Comparison,
  account: Account,
  policy: GroupPolicy,
): State {
  const until = judgedUntil(account.observedAt, policy);
  const { all, unrefused } = callsOf(known, until, policy);
  if (past.slot !== slotOf(until) || isSuspicious(all, policy)) return 'suspect';
  // Without fresh response codes no fresh failure counts as refused, so that this is the most that may be unrefused.
  const isExplained = !isSuspicious(unrefused ?? all, policy) && (areCodesFresh || !doCodesExplain(past.minutes));
  if (!isExplained) return 'unclear';
  return isCalm(observation, group, account, policy) ? 'usual' : 'suspect';
}

/** Less than half a proof changes no verdict. */
function isSuspicious(measure: Measure, { falseMovesPerGroupYear }: GroupPolicy): boolean {
  return suspicionOf(measure) >= natsForBudget(falseMovesPerGroupYear) / 2;
}

/** Neither silent, nor rerouted, nor bad in another way. */
function isCalm(
  connector: VoiceConnectorObservation,
  group: VoiceConnectorGroup,
  account: Account,
  policy: GroupPolicy,
): boolean {
  const { observedAt } = account;
  if (reroutedFrom(true, group, account, policy) !== undefined) return false;
  const calls = callsOf(connector, judgedUntil(observedAt, policy), policy);
  const verdict = judgeConnector(connector, { observedAt, policy, calls, expectsCalls: true, others: [] });
  return verdict.health === 'healthy' || (verdict.health === 'unknown' && verdict.cause === 'inconclusive');
}

/** All failed calls are then compared with all that usually fail. As nothing speaks for a fault, the verdict is the same as with codes. */
function withoutCodes({ minutes }: Known['inbound']): Known['inbound'] {
  return { kind: 'read', minutes: minutes.map((minute) => onlyMetrics(comparedWithoutCodes, minute)) };
}

const comparedWithoutCodes: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];

/** Of the failed calls, those that another route answered, or that were throttled. */
const mostExplained = 0.1;

/** Whether calls are throttled, or fail at one route and are answered by the next: that is read with the codes. */
function doCodesExplain(minutes: readonly Minute[]): boolean {
  const sumOf = (metric: MetricName): number => minutes.reduce((sum, minute) => sum + (minute[metric] ?? 0), 0);
  const failures = sumOf('InboundCallFailures');
  const rerouted = failures + sumOf('InboundCallsAnswered') - sumOf('InboundCallAttempts');
  return Math.max(rerouted, sumOf('Throttles')) > failures * mostExplained;
}

type States = ReadonlyMap<string | undefined, State>;

/** The members of a group are compared with each other too, wherever they are. */
function statesOfRegions(
  compared: ReadonlyMap<string, Compared>,
  wereCodesAsked: boolean,
  account: Account,
  policyOf: PolicyOf,
): States {
  const { connectors, groups } = account;
  const inRegions = Map.groupBy(connectors.values(), ({ region }) => region);
  const states = new Map(
    [...inRegions].map(([region, inRegion]) => {
      const state = stateOf(inRegion, compared, account, policyOf);
      return [region, wereCodesAsked && state === 'unclear' ? 'suspect' : state];
    }),
  );
  let isSettled = false;
  while (!isSettled) {
    isSettled = true;
    for (const { items } of groups) {
      const members = items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
      if (!members.some(({ region }) => states.get(region) === 'suspect')) continue;
      for (const { voiceConnectorId, region } of members) {
        if (!compared.has(voiceConnectorId) || states.get(region) === 'suspect') continue;
        states.set(region, 'suspect');
        isSettled = false;
      }
    }
  }
  return states;
}

function stateOf(
  inRegion: readonly VoiceConnectorObservation[],
  compared: ReadonlyMap<string, Compared>,
  account: Account,
  policyOf: PolicyOf,
): State {
  const states = inRegion.map(
    (connector) => compared.get(connector.voiceConnectorId)?.state ?? stateAlone(connector, account, policyOf),
  );
  if (states.includes('suspect')) return 'suspect';
  const policy = policyOf();
  const until = judgedUntil(account.observedAt, policy);
  const calls = inRegion
    .filter(({ inbound }) => inbound.kind === 'read')
    .map((connector) => compared.get(connector.voiceConnectorId)?.calls ?? callsOf(connector, until, policy));
  const all = calls.map((each) => each.all);
  if (isPoolSuspicious(all, policy)) return 'suspect';
  const unrefused = calls.map((each) => each.unrefused ?? each.all);
  const mayBeFault = isPoolSuspicious(unrefused, policy);
  return mayBeFault || states.includes('unclear') ? 'unclear' : 'usual';
}

/** Of one with which no past is compared. What was read whole is suspect whatever it shows. */
function stateAlone(
  connector: VoiceConnectorObservation,
  { groupsOf, observedAt }: Account,
  policyOf: PolicyOf,
): State {
  if (connector.history !== undefined) return 'suspect';
  const groups = groupsOf.get(connector.voiceConnectorId) ?? [];
  return groups.some((group) => isSuspectConnector(connector, observedAt, policyOf(group))) ? 'suspect' : 'usual';
}

function isPoolSuspicious(measures: readonly Measure[], policy: GroupPolicy): boolean {
  const all = measures.map(({ series }) => series);
  if (all.length < 2) return false;
  const series = pooled(all, Math.min(...all.map(({ minutes }) => minutes)));
  return isSuspicious({ series, source: 'of the pool' }, policy);
}
