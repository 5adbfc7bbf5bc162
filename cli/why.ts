/** `vcf why`: the decision of one minute with its evidence and its alternatives. */
import type { Deployment } from './deployment.ts';
import { invoke, type Answer } from './invoke.ts';
import { quoted } from '../lib/history/of-group.ts';
import { readLog, type LogReading } from './log.ts';
import { decisionsIn, type LoggedDecision } from '../lib/history/log-line.ts';
import { minuteMs } from '../lib/core/model/time.ts';

export type WhyRequest = {
  readonly deployment: Deployment;
  /** Id or name; undefined for every group. */
  readonly group: string | undefined;
  /** In epoch milliseconds. */
  readonly at: number;
};

export type Why =
  | { readonly kind: 'logged'; readonly decisions: readonly LoggedDecision[] }
  /** No run logged a decision in that minute: `answer` is what the metrics of that time say now. */
  | { readonly kind: 'recomputed'; readonly label: readonly string[]; readonly answer: Answer }
  | { readonly kind: 'unreadable'; readonly message: string };

/** So far from the minute a decision is still worth mentioning. */
const nearbyMs = 15 * minuteMs;

export async function explain({ deployment, group, at }: WhyRequest, onProgress: (text: string) => void): Promise<Why> {
  const from = Math.floor(at / minuteMs) * minuteMs;
  const read = (start: number, end: number): Promise<LogReading> =>
    readLog(
      { deployment, functionName: 'monitor', from: start, until: end - 1, filterPattern: patternFor(group) },
      (share) => {
        onProgress(`reading the log of monitor: ${Math.round(share * 100)} %`);
      },
    );
  const minute = await read(from, from + minuteMs);
  if (minute.kind === 'unreadable') return minute;
  const decisions = decisionsIn(minute.lines);
  if (decisions.length > 0) return { kind: 'logged', decisions };
  const nearby = await read(from - nearbyMs, from + nearbyMs);
  if (nearby.kind === 'unreadable') return nearby;
  const answer = await invoke({
    deployment,
    functionName: 'operate',
    payload: { action: 'status', ...(group === undefined ? {} : { group }), at: new Date(from).toISOString() },
  });
  const label = [
    `no run logged a decision at ${minuteOf(from)}; ${nearest(decisionsIn(nearby.lines), from)}`,
    'recomputed from the metrics of that time; order, standby signals, overrides and policy are those of now:',
  ];
  return { kind: 'recomputed', label, answer };
}

function patternFor(group: string | undefined): string {
  const isDecision = '$.message = "decision"';
  if (group === undefined) return `{ ${isDecision} }`;
  return `{ ${isDecision} && ($.data.voiceConnectorGroupId = ${quoted(group)} || $.data.name = ${quoted(group)}) }`;
}

function nearest(decisions: readonly LoggedDecision[], from: number): string {
  const before = decisions.findLast(({ at }) => at < from);
  const after = decisions.find(({ at }) => at >= from);
  const text = (which: string, decision: LoggedDecision | undefined): string =>
    decision === undefined ? `none in the 15 min ${which}` : `the nearest ${which}: ${minuteOf(decision.at)}`;
  return `${text('before', before)}, ${text('after', after)}`;
}

export function formatDecision(decision: LoggedDecision): readonly string[] {
  const { name, voiceConnectorGroupId, at, runId, mode, connectors, rejected, outcome } = decision;
  const code = decision.code === undefined ? '' : ` (${decision.code})`;
  const result = outcome?.code === undefined ? outcome?.kind : `${outcome.kind} (${outcome.code})`;
  return [
    `${name} (${voiceConnectorGroupId})  mode ${mode}, logged ${new Date(at).toISOString()} by run ${runId}`,
    `  decision: ${decision.decision}${code}: ${decision.reason}`,
    ...(outcome === undefined ? [] : [`  outcome: ${result ?? ''}: ${outcome.reason}`]),
    '  evidence:',
    ...connectors.map((connector) => `    ${formatConnector(connector)}`),
    '  alternatives:',
    ...(rejected.length === 0
      ? ['    no other member was considered and rejected']
      : rejected.map(({ voiceConnectorId, code: why, reason }) => `    not ${voiceConnectorId} (${why}): ${reason}`)),
  ];
}

function formatConnector({
  voiceConnectorId,
  priority,
  region,
  verdict,
}: LoggedDecision['connectors'][number]): string {
  const place = `${priority ?? '-'}  ${voiceConnectorId}  ${region ?? 'Region unknown'}`;
  if (verdict === undefined) return `${place}  not read: no decision depended on it`;
  const cause = verdict.cause === undefined ? '' : ` (${verdict.cause})`;
  return `${place}  ${verdict.health}${cause}: ${verdict.reason}`;
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
