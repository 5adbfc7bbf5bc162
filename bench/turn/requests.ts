/** The requests of a run, and how much of its time AWS needed at least. */
import type { AnsweredRequest } from '../../sim/wire/server.ts';
import { metricDataSchema, putEventsSchema } from './request-inputs.ts';

/**
 * The stages of a run, in which each needs an answer of the one before:
 *
 * - listing: groups, Voice Connectors and overrides of every Region
 * - metrics: the past hour of every Voice Connector
 * - detail: the past fortnight and hours of suspects
 * - evidence: of the candidates for a move, and the monitor's own changes
 * - check: the group before the move is recorded, and the overrides
 * - record: the change and its intent
 * - override, recheck: both once more, immediately before the write
 * - write: UpdateVoiceConnectorGroup
 * - read back: the group after the write
 * - event: what the run publishes besides its intents
 */
export const stages = [
  'listing',
  'metrics',
  'detail',
  'evidence',
  'check',
  'record',
  'override',
  'recheck',
  'write',
  'read back',
  'event',
] as const;
export type Stage = (typeof stages)[number];

const lastStageOfWrite = stages.indexOf('write');

/** The critical path until the write is answered, and of the whole run; in milliseconds. */
export type CriticalPath = { readonly toWriteMs: number; readonly wholeMs: number };

/**
 * The critical path: for each stage the longest single call, added up. The pages of a listing wait for each other and count as one call.
 * A request without an answer counts for nothing: no other Region's work depends on it.
 *
 * This is what a run would take that starts every call as soon as its stage can begin, and computes in no time.
 */
export function criticalPath(requests: readonly AnsweredRequest[]): CriticalPath {
  const longest = new Map<Stage, number>();
  for (const [stage, calls] of callsByStage(requests)) longest.set(stage, Math.max(...calls));
  const sum = (some: readonly Stage[]): number => some.reduce((total, stage) => total + (longest.get(stage) ?? 0), 0);
  return { toWriteMs: sum(stages.slice(0, lastStageOfWrite + 1)), wholeMs: sum(stages) };
}

/** The length of each call in milliseconds. */
function callsByStage(requests: readonly AnsweredRequest[]): ReadonlyMap<Stage, readonly number[]> {
  const answered = requests.filter(({ status }) => typeof status === 'number');
  const stageOf = stagesIn(answered);
  const calls = new Map<Stage, number[]>();
  for (const [stage, some] of Map.groupBy(answered, stageOf)) {
    calls.set(stage, stage === 'listing' ? listings(some) : some.map(lengthMs));
  }
  return calls;
}

function lengthMs({ arrivedAtMs, answeredAtMs }: AnsweredRequest): number {
  return answeredAtMs - arrivedAtMs;
}

function listings(pages: readonly AnsweredRequest[]): number[] {
  const byListing = Map.groupBy(pages, ({ operation, region }) => `${operation} ${region}`);
  return [...byListing.values()].map((some) => some.reduce((total, page) => total + lengthMs(page), 0));
}

const stageOfOperation: Readonly<Record<string, Stage>> = {
  ListVoiceConnectorGroups: 'listing',
  ListVoiceConnectors: 'listing',
  GetVoiceConnectorTerminationHealth: 'evidence',
  GetVoiceConnectorOrigination: 'evidence',
  PutMetricData: 'record',
  UpdateVoiceConnectorGroup: 'write',
};

function stagesIn(requests: readonly AnsweredRequest[]): (request: AnsweredRequest) => Stage {
  const firstMetricsAt = Math.min(...requests.filter(isMetricData).map(({ arrivedAtMs }) => arrivedAtMs));
  const writtenAt = new Map(requests.filter(isWrite).map(({ resource, arrivedAtMs }) => [resource, arrivedAtMs]));
  const read = new Set<string | undefined>();
  const stageOfGroupRead = ({ resource, arrivedAtMs }: AnsweredRequest): Stage => {
    const isFirst = !read.has(resource);
    read.add(resource);
    if (arrivedAtMs > (writtenAt.get(resource) ?? Infinity)) return 'read back';
    return isFirst ? 'check' : 'recheck';
  };
  return (request) => {
    const { operation, arrivedAtMs } = request;
    if (isMetricData(request)) return stageOfMetricData(request);
    if (operation === 'GetParametersByPath') return arrivedAtMs < firstMetricsAt ? 'listing' : 'override';
    if (operation === 'GetVoiceConnectorGroup') return stageOfGroupRead(request);
    if (operation === 'PutEvents' && isIntent(request)) return 'record';
    return stageOfOperation[operation] ?? 'event';
  };
}

export function isWrite({ operation }: Pick<AnsweredRequest, 'operation'>): boolean {
  return operation === 'UpdateVoiceConnectorGroup';
}

function isMetricData({ operation }: AnsweredRequest): boolean {
  return operation === 'GetMetricData';
}

function isIntent(request: AnsweredRequest): boolean {
  return intentsIn([request]) > 0;
}

/** The number of moves whose intent was published. */
export function intentsIn(requests: readonly AnsweredRequest[]): number {
  return requests
    .filter(({ operation }) => operation === 'PutEvents')
    .flatMap(({ input }) => putEventsSchema.parse(input).Entries)
    .filter((entry) => entry.DetailType === 'Priority Change Intended').length;
}

const hourSeconds = 3600;

function stageOfMetricData({ input }: AnsweredRequest): Stage {
  const { queries, seconds } = metricDataSchema.parse(input);
  const asks = (test: (query: (typeof queries)[number]) => boolean): boolean => queries.some(test);
  if (asks(({ namespace }) => namespace !== 'AWS/ChimeVoiceConnector')) return 'evidence';
  if (asks(({ metricName }) => /^(Sip|RTT)|RtpPackets$/.test(metricName))) return 'detail';
  const isOfCandidates =
    queries.every(({ metricName }) => metricName.startsWith('Outbound')) || seconds > 12 * hourSeconds;
  return isOfCandidates ? 'evidence' : 'metrics';
}

/** What a run asked for. */
export type Count = { readonly byOperation: Readonly<Record<string, number>>; readonly metrics: number };

export function countOf(requests: readonly AnsweredRequest[]): Count {
  const byOperation = [...Map.groupBy(requests, ({ operation }) => operation)]
    .map(([operation, some]) => [operation, some.length] as const)
    .sort(([, left], [, right]) => right - left);
  const metrics = requests
    .filter(isMetricData)
    .reduce((total, { input }) => total + metricDataSchema.parse(input).queries.length, 0);
  return { byOperation: Object.fromEntries(byOperation), metrics };
}
