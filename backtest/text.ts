/** The findings of a backtest as people read them in a terminal. */
import { formatDuration, formatPercent } from '../lib/core/model/format.ts';
import { table } from '../lib/core/model/table.ts';
import { dayMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import {
  assessedMinutes,
  leastAssessedCalls,
  type AssessedMove,
  type Calls,
  type GroupFindings,
  type Rate,
} from './findings.ts';
import { enoughCalls, faultExcess } from './assumed-calls.ts';

export const lineWidth = 140;
/** A line may be held for every failing night of a fortnight. */
const mostHeld = 30;

export function clockTime(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

export function findingsText(findings: readonly GroupFindings[]): readonly string[] {
  return findings.flatMap((each) => [...groupText(each), '']);
}

function groupText(findings: GroupFindings): readonly string[] {
  const { group, moves, held, recorded, replayed, assumedMinutes } = findings;
  return [
    `Group ${group.name} (${group.voiceConnectorGroupId})`,
    ...indented([
      ...table(
        [
          ['in the history', callsText(recorded)],
          ['with this policy', `${callsText(replayed)}${assumedText(assumedMinutes)}`],
        ],
        lineWidth,
      ),
      moves.length === 0 ? 'no move' : `${countOf(moves.length, 'move')}:`,
      ...indented(moves.flatMap(moveText)),
      held.length === 0 ? 'nothing was held back' : 'held back:',
      ...indented(heldText(findings)),
      ...falseMoveText(findings),
    ]),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

export function callsText({ attempts, failures }: Calls): string {
  const share = attempts === 0 ? '' : ` (${formatPercent(failures / attempts)})`;
  return `${failures} of ${attempts} calls failed${share}`;
}

function assumedText(assumedMinutes: number): string {
  return assumedMinutes === 0
    ? ', no call would have gone elsewhere'
    : `, assumed for ${formatDuration(assumedMinutes * minuteMs)} after moves that were not made`;
}

function moveText(move: AssessedMove): readonly string[] {
  const { at, kind, leaving, promoting, reason, wasMade } = move;
  return [
    `${clockTime(at)}  ${kind} from ${leaving} to ${promoting}${wasMade ? ', as it was really made' : ', not made in the history'}`,
    ...indented(
      table([['why', reason], ...(move.assessment === undefined ? [] : [['then', assessmentText(move)]])], lineWidth),
    ),
  ];
}

export function assessmentText({ assessment, afterwards, leaving }: AssessedMove): string {
  const calls = `${callsText(afterwards)} at ${leaving} in the ${assessedMinutes} min after it`;
  switch (assessment) {
    case 'borne-out':
      return `borne out: ${calls}`;
    case 'unneeded':
      return `unneeded: ${calls}, which is usual`;
    case 'not-known':
      return `not known whether it was needed: ${calls}`;
    case undefined:
      return '';
    default:
      return assessment satisfies never;
  }
}

function heldText({ held }: GroupFindings): readonly string[] {
  const rows = held
    .slice(0, mostHeld)
    .map(({ from, until, value, failures }) => [
      clockTime(from),
      formatDuration(until - from),
      value.code,
      `${failures} failed`,
      value.reason,
    ]);
  const more = held.length - mostHeld;
  return [...table(rows, lineWidth), ...(more > 0 ? [`and ${more} more`] : [])];
}

function falseMoveText({ falseMoves, falseMovesAtMost, moves }: GroupFindings): readonly string[] {
  const failovers = moves.filter(({ kind }) => kind === 'failover').length;
  return [
    `false moves of this line at this policy: ${rateText(falseMoves)}; ${falseMoves.count} of ${countOf(failovers, 'failover')} unneeded`,
    ...(falseMovesAtMost.count === falseMoves.count
      ? []
      : [`  with those of which it is not known: ${rateText(falseMovesAtMost)}`]),
  ];
}

export function rateText(rate: Rate): string {
  return `${short(rate.perYear)} a year (${intervalText(rate)})`;
}

export function intervalText({ interval, groupYears }: Rate): string {
  const days = groupYears * 365;
  const span = days < 2 ? formatDuration(days * dayMs) : countOf(Number(days.toFixed(1)), 'day');
  return `95 %: ${short(interval.lower)} to ${short(interval.upper)}, from ${span}`;
}

/** `1 move`, `2 moves` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** What the numbers rest on. */
export const assumptions: readonly string[] = [
  'Modes are taken as enforce: the backtest shows what the policy would move.',
  'Every datapoint is taken to have arrived within metricLagSeconds. CloudWatch does not record when it did.',
  'Pauses, pins and drills are not replayed, because nothing records them. Maintenance windows of the policy are.',
  'OPTIONS pings and routes of a Voice Connector are taken to be as they are stated for the whole history.',
  `After a move that the history did not make, the calls that really went to the left primary are assumed to arrive at the promoted one. They fail there as often as its own calls where those show a fault; otherwise as often as is usual there where the left one showed a fault; otherwise as they did. A fault is shown by at least ${enoughCalls} calls within half an hour that fail ${faultExcess * 100} points more often than usual. Such numbers are marked as assumed.`,
  'From then on, changes that people made are not replayed until the group has again the order that it really had.',
  `A failover counts as unneeded, and as a false move, if the calls that really arrived at the left Voice Connector in the ${assessedMinutes} min after it failed at most ${faultExcess * 100} points more often than usual, with at least ${leastAssessedCalls} calls. A short fault that ended by itself counts as false too.`,
  `Usual is the median share of failed calls in the half hours with at least ${enoughCalls} calls: of the Voice Connector, else of its Region, else of the account. The interval is that of a Poisson count (Garwood 1936).`,
];
