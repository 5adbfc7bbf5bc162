/** A backtest as a report. */
import { writeFileSync } from 'node:fs';
import { formatDuration, formatPercent } from '../lib/core/model/format.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import { html } from '../lib/report/html.ts';
import type { Course, Fact, GroupReport, Held, Move, Report } from '../lib/report/report.ts';
import type { PolicyResult } from './backtest.ts';
import { compare } from './comparison.ts';
import type { AssessedMove, GroupFindings } from './findings.ts';
import type { History, RecordedChange } from './history.ts';
import { assessmentText, assumptions, clockTime, countOf, intervalText, rateText } from './text.ts';

export function writeBacktestReport(file: string, history: History, results: readonly PolicyResult[]): void {
  writeFileSync(file, html(backtestReport(history, results)));
}

export function backtestReport(history: History, results: readonly PolicyResult[]): Report {
  const [main, other] = results;
  if (main === undefined) throw new Error('a backtest has at least one policy');
  const { from, until } = main.replay;
  const name = main.findings.length === 1 ? (main.findings[0]?.group.name ?? '') : `${main.findings.length} groups`;
  return {
    from,
    until,
    title: `Backtest of ${name}`,
    subtitle: `Policy ${main.name}${other === undefined ? '' : `, compared with ${other.name}`}; ${clockTime(from)} to ${clockTime(until)} UTC, ${formatDuration(until - from)}`,
    facts: [],
    groups: main.findings.map((findings) => groupReport(history, findings, results)),
    notes: { title: 'What the numbers rest on', texts: assumptions },
  };
}

function groupReport(history: History, findings: GroupFindings, results: readonly PolicyResult[]): GroupReport {
  const { group } = findings;
  const [main, other] = results;
  const id = group.voiceConnectorGroupId;
  const comparison = main && other ? compare(main, other).find(({ one }) => one.group === group) : undefined;
  const courses: [Course, ...Course[]] = [courseOf(findings, main)];
  courses.push(recordedCourse(history, findings, main));
  if (comparison !== undefined) courses.push(courseOf(comparison.other, other));
  const others = comparison?.onlyOther ?? [];
  return {
    name: group.name,
    id,
    facts: [...factsOf(findings), ...(comparison === undefined ? [] : comparedFacts(comparison.other, other))],
    courses,
    offered: minutesOf(main, (at) => sumOver(history, findings, 'InboundCallAttempts', at)),
    members: [...group.health].map(([member, health]) => ({
      id: member,
      region: history.account.connectors.find(({ voiceConnectorId }) => voiceConnectorId === member)?.region ?? '',
      health,
    })),
    moves: [
      ...findings.moves.map((move) => moveOf(move, main?.name ?? '')),
      ...others.map((move) => moveOf(move, other?.name ?? '')),
    ].sort((left, right) => left.at - right.at),
    held: findings.held.map(heldOf),
    events: history.account.changes.filter(({ voiceConnectorGroupId }) => voiceConnectorGroupId === id).map(eventOf),
  };
}

function minutesOf(result: PolicyResult | undefined, valueAt: (at: number) => number): readonly number[] {
  if (result === undefined) return [];
  const { from, until } = result.replay;
  return Array.from({ length: (until - from) / minuteMs }, (_, minute) => valueAt(from + minute * minuteMs));
}

function sumOver(
  history: History,
  { group }: GroupFindings,
  metric: 'InboundCallAttempts' | 'InboundCallFailures',
  at: number,
): number {
  return [...group.health.keys()].reduce((sum, id) => sum + (history.value('minute', id, metric, at) ?? 0), 0);
}

function courseOf({ group, assumedMinutes }: GroupFindings, result: PolicyResult | undefined): Course {
  const ids = [...group.health.keys()];
  const failuresAt = (at: number): number =>
    ids.reduce((sum, id) => sum + (result?.replay.callsOf(id, at).failures ?? 0), 0);
  return {
    name: result?.name ?? '',
    primary: group.primary,
    failed: minutesOf(result, failuresAt),
    isAssumed: assumedMinutes > 0,
  };
}

function recordedCourse(history: History, findings: GroupFindings, result: PolicyResult | undefined): Course {
  return {
    name: 'the history',
    primary: findings.group.recordedPrimary,
    failed: minutesOf(result, (at) => sumOver(history, findings, 'InboundCallFailures', at)),
    isAssumed: false,
  };
}

function factsOf(findings: GroupFindings): readonly Fact[] {
  const { moves, held, recorded, replayed, assumedMinutes, falseMoves, falseMovesAtMost } = findings;
  const share = (failures: number): string => formatPercent(failures / Math.max(1, recorded.attempts));
  const made = moves.filter(({ wasMade }) => wasMade).length;
  return [
    {
      label: 'failed in the history',
      value: String(recorded.failures),
      note: `of ${recorded.attempts} calls, ${share(recorded.failures)}`,
    },
    {
      label: 'failed with this policy',
      value: String(replayed.failures),
      note:
        assumedMinutes === 0
          ? 'no call would have gone elsewhere'
          : `${share(replayed.failures)}; assumed for ${formatDuration(assumedMinutes * minuteMs)}`,
    },
    { label: 'moves', value: String(moves.length), note: `${made} of them really made` },
    { label: 'times held back', value: String(held.length) },
    {
      label: 'false moves a year',
      value: String(Number(falseMoves.perYear.toPrecision(2))),
      note: `${intervalText(falseMoves)}${falseMovesAtMost.count > falseMoves.count ? `; at most ${rateText(falseMovesAtMost)}` : ''}`,
    },
  ];
}

function comparedFacts(
  { moves, replayed, falseMoves }: GroupFindings,
  other: PolicyResult | undefined,
): readonly Fact[] {
  const name = other?.name ?? '';
  return [
    {
      label: `failed with ${name}`,
      value: String(replayed.failures),
      note: `${countOf(moves.length, 'move')}; false moves: ${rateText(falseMoves)}`,
    },
  ];
}

function moveOf(move: AssessedMove, course: string): Move {
  const { at, kind, leaving, promoting, reason, wasMade } = move;
  return {
    at,
    course,
    title: `${kind} from ${leaving} to ${promoting}`,
    reason,
    result: [
      wasMade ? 'really made' : 'not made in the history',
      ...(move.assessment === undefined ? [] : [assessmentText(move)]),
    ].join('; '),
  };
}

function heldOf({ from, until, value, failures }: GroupFindings['held'][number]): Held {
  return { from, until, title: value.code, reason: value.reason, note: `${failures} calls failed` };
}

function eventOf({ at, order, kind }: RecordedChange) {
  return { at, title: `really changed: ${kind}`, text: `the order became ${order.join(', ')}` };
}
