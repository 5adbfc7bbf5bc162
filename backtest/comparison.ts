/** What two policies do differently on the same history. */
import { table } from '../lib/core/model/table.ts';
import type { PolicyResult } from './backtest.ts';
import type { AssessedMove, GroupFindings } from './findings.ts';
import { callsText, clockTime, rateText } from './text.ts';

export type GroupComparison = {
  readonly one: GroupFindings;
  readonly other: GroupFindings;
  /** Moves of one of the two that the other does not make in the same minute. */
  readonly onlyOne: readonly AssessedMove[];
  readonly onlyOther: readonly AssessedMove[];
};

export function compare(one: PolicyResult, other: PolicyResult): readonly GroupComparison[] {
  return one.findings.flatMap((findings) => {
    const id = findings.group.voiceConnectorGroupId;
    const match = other.findings.find(({ group }) => group.voiceConnectorGroupId === id);
    if (match === undefined) return [];
    return [
      {
        one: findings,
        other: match,
        onlyOne: findings.moves.filter((move) => !match.moves.some((each) => isSame(each, move))),
        onlyOther: match.moves.filter((move) => !findings.moves.some((each) => isSame(each, move))),
      },
    ];
  });
}

function isSame(left: AssessedMove, right: AssessedMove): boolean {
  return left.at === right.at && left.kind === right.kind && left.promoting === right.promoting;
}

/** Empty for one policy. */
export function comparisonText([one, other]: readonly PolicyResult[]): readonly string[] {
  if (one === undefined || other === undefined) return [];
  return [
    `${one.name} compared with ${other.name}`,
    '',
    ...compare(one, other).flatMap((each) => groupText(each, [one.name, other.name])),
  ];
}

function groupText(
  { one, other, onlyOne, onlyOther }: GroupComparison,
  [oneName, otherName]: readonly [string, string],
): readonly string[] {
  const difference = other.replayed.failures - one.replayed.failures;
  return [
    `Group ${one.group.name} (${one.group.voiceConnectorGroupId})`,
    ...table([
      ['', oneName, otherName],
      ['calls', callsText(one.replayed), callsText(other.replayed)],
      ['moves', String(one.moves.length), String(other.moves.length)],
      ['held back', `${one.held.length} times`, `${other.held.length} times`],
      ['false moves', rateText(one.falseMoves), rateText(other.falseMoves)],
    ]).map((line) => `  ${line}`),
    difference === 0
      ? '  as many calls fail with both'
      : `  ${Math.abs(difference)} calls ${difference > 0 ? 'more' : 'fewer'} fail with ${otherName}`,
    ...[...onlyOne.map((move) => ({ move, name: oneName })), ...onlyOther.map((move) => ({ move, name: otherName }))]
      .toSorted((left, right) => left.move.at - right.move.at)
      .map(
        ({ move, name }) =>
          `  only ${name}: ${clockTime(move.at)} ${move.kind} from ${move.leaving} to ${move.promoting}`,
      ),
    '',
  ];
}
