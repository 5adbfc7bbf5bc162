/** Problems across fields: unknown names, minutes after the end, an invalid world or policy. */
import { stringify } from 'yaml';
import { parsePolicy } from '../../../infra/policy-text.ts';
import { InvalidInputError } from '../../../lib/input/validation.ts';
import { worldSpecProblems } from '../../world/spec-problems.ts';
import { worldOf } from '../world.ts';
import type { Expectations } from './expectations.ts';
import type { ScenarioBody } from './body.ts';
import type { OperatorEntry, Timeline } from './timeline.ts';

export type Sections = { readonly [Name in keyof ScenarioBody]?: ScenarioBody[Name] | undefined };

/** Checks only sections that are valid by themselves. */
export function contradictions(sections: Sections): readonly string[] {
  return [
    ...policyProblems(sections),
    ...worldProblems(sections),
    ...nameProblems(sections),
    ...sharedMemberProblems(sections),
    ...minuteProblems(sections),
  ];
}

function policyProblems({ policy }: Sections): readonly string[] {
  if (policy === undefined) return [];
  try {
    parsePolicy(stringify(policy), 'policy');
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems.map((problem) => `policy.${problem}`);
    throw error;
  }
}

const noLateness = { lagSeconds: 0, failuresLateMinutes: 0 };

function worldProblems(sections: Sections): readonly string[] {
  const { groups, spares, timeline } = sections;
  if (groups === undefined || spares === undefined || timeline === undefined) return [];
  const { seed = 1, startsAt = 0, warmUpMinutes = 0, metrics = noLateness } = sections;
  return worldSpecProblems(worldOf({ seed, startsAt, warmUpMinutes, metrics, groups, spares, timeline })).map(
    (problem) => problem.replace(/^(faults|metricValues)\[/, 'timeline.$1['),
  );
}

/** A shared member would otherwise be a Voice Connector that does not exist. */
function sharedMemberProblems({ groups = [], spares = [] }: Sections): readonly string[] {
  const all = groups.flatMap(({ members }, group) =>
    members.map((member, place) => ({ member, where: `groups[${group}].members[${place}]` })),
  );
  const described = [...all.flatMap(({ member }) => (member.shared === true ? [] : [member])), ...spares];
  return all.flatMap(({ member, where }) =>
    member.shared !== true || described.some(({ id }) => id === member.id)
      ? []
      : [`${where}: Expected a Voice Connector that another group or spares describes, got ${member.id}`],
  );
}

type NameReference = { readonly where: string; readonly kind: 'group' | 'Voice Connector'; readonly name: string };

function nameProblems({ groups, spares = [], timeline, expect }: Sections): readonly string[] {
  if (groups === undefined) return [];
  const groupIds = groups.map(({ id }) => id);
  const connectorIds = [...groups.flatMap(({ members }) => members), ...spares].map(({ id }) => id);
  const named = [
    ...(timeline?.operator ?? []).flatMap((entry, place) => namesInOperatorEntry(entry, `timeline.operator[${place}]`)),
    ...(expect === undefined ? [] : namesInExpectations(expect)),
  ];
  return named.flatMap(({ where, kind, name }) => {
    const known = kind === 'group' ? groupIds : connectorIds;
    return known.includes(name)
      ? []
      : [`${where}: Expected a ${kind} of this scenario (${known.join(', ')}), got ${name}`];
  });
}

function namesInOperatorEntry(entry: OperatorEntry, where: string): readonly NameReference[] {
  if (!('group' in entry)) return [];
  const group: NameReference = { where: `${where}.group`, kind: 'group', name: entry.group };
  const connectors =
    entry.does === 'set-priorities' ? Object.keys(entry.priorities) : 'connector' in entry ? [entry.connector] : [];
  return [group, ...connectors.map((name): NameReference => ({ where, kind: 'Voice Connector', name }))];
}

function namesInExpectations({ moves, finalOrder, holds, verdicts }: Expectations): readonly NameReference[] {
  return [
    ...[...moves, ...holds].flatMap(({ group }): readonly NameReference[] =>
      group === undefined ? [] : [{ where: 'expect', kind: 'group', name: group }],
    ),
    ...moves.flatMap(({ from, to }, place) =>
      [from, to].map((name): NameReference => ({ where: `expect.moves[${place}]`, kind: 'Voice Connector', name })),
    ),
    ...verdicts.map(({ connector }, place): NameReference => ({
      where: `expect.verdicts[${place}].connector`,
      kind: 'Voice Connector',
      name: connector,
    })),
    ...Object.entries(finalOrder).flatMap(([group, connectors]): readonly NameReference[] => [
      { where: 'expect.finalOrder', kind: 'group', name: group },
      ...connectors.map((name): NameReference => ({
        where: `expect.finalOrder.${group}`,
        kind: 'Voice Connector',
        name,
      })),
    ]),
  ];
}

/** An entry or expectation after the last minute would silently be ignored. */
function minuteProblems({ minutes, timeline, expect }: Sections): readonly string[] {
  if (minutes === undefined) return [];
  return [...timelineMinutes(timeline), ...expectedMinutes(expect)]
    .filter(({ minute }) => minute > minutes)
    .map(({ where, minute }) => `${where}: Expected at most minute ${minutes}, the last one, got ${minute}`);
}

type TimelineMinute = { readonly where: string; readonly minute: number };

function timelineMinutes(timeline: Timeline | undefined): readonly TimelineMinute[] {
  if (timeline === undefined) return [];
  const moments = (
    track: string,
    entries: readonly (Readonly<Record<'at', number>> | Readonly<Record<'from', number>>)[],
  ) =>
    entries.map((entry, place) => ({
      where: `timeline.${track}[${place}]`,
      minute: 'at' in entry ? entry.at : entry.from,
    }));
  return [
    ...moments('faults', timeline.faults),
    ...moments('metricValues', timeline.metricValues),
    ...moments('aws', timeline.aws),
    ...moments('operator', timeline.operator),
    ...moments('monitor', timeline.monitor),
  ];
}

function expectedMinutes(expect: Expectations | undefined): readonly TimelineMinute[] {
  if (expect === undefined) return [];
  const ranges = (name: string, all: readonly (readonly [number, number])[]): readonly TimelineMinute[] =>
    all.map(([, last], place) => ({ where: `expect.${name}[${place}]`, minute: last }));
  const { moves, holds, verdicts, events, failedTurns } = expect;
  return [
    ...ranges(
      'moves',
      moves.map(({ between }) => between),
    ),
    ...ranges(
      'holds',
      holds.map(({ between }) => between),
    ),
    ...ranges(
      'verdicts',
      verdicts.map(({ between }) => between),
    ),
    ...ranges(
      'events',
      events.map(({ between }) => between),
    ),
    ...ranges('failedTurns.must', failedTurns.must),
    ...ranges('failedTurns.may', failedTurns.may),
  ];
}
