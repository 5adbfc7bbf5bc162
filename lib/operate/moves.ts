/** Switchover, failback and pin: an operator's moves, through the same looking, writing and telling as the monitor's. */
import { planOrder, type Obstacle, type Ordered } from '../core/plan/order.ts';
import type { Forced, Move, Outcome, VoiceConnectorGroup } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { printed } from '../core/model/priorities.ts';
import { type Running } from '../context.ts';
import { act } from '../apply/act.ts';
import { decided, inputOf, look, type Seen } from '../observe/snapshot.ts';
import { groupNamed } from '../input/find-group.ts';
import type { Command } from './command.ts';
import { memberTable } from './member-table.ts';
import { called, plainly, tellAction, warningsOf, type Came } from './result.ts';
import { sayWord } from './pause.ts';

type Moving = Command<'switchover' | 'failback' | 'pin'>;

export const moveByHand = async (running: Running, command: Moving): Promise<Came> => {
  const seen = await look(running);
  const named = groupNamed(command.group, seen.observed.observation.groups, running.problems);
  const warnings = warningsOf(running);
  if (named.kind === 'unknown') {
    return {
      outcome: 'refused',
      said: 'nothing is changed',
      problems: named.problems.map((problem) => `group: ${problem}`),
    };
  }
  const { input, decision } = await decided(running, seen, inputOf(running, seen, named.group), (known) =>
    planOrder(known, command),
  );
  const blindSpots = [...warnings, ...warningsOf(running)];
  return { warnings: blindSpots, ...(await carriedOut(running, seen, command, input, decision)) };
};

type Answer = Exclude<Ordered, { readonly kind: 'examine' }>;

const carriedOut = async (
  running: Running,
  { observed }: Seen,
  command: Moving,
  input: PlanInput,
  ordered: Answer,
): Promise<Came> => {
  const { group } = input;
  switch (ordered.kind) {
    case 'refused':
      return { outcome: 'refused', said: `${called(group)} is not moved`, problems: ordered.obstacles.map(inTheWay) };
    case 'as-is': {
      const said = `${called(group)} is in that order: ${printed(group.items)}`;
      if (command.dryRun || command.action !== 'pin') return { outcome: command.dryRun ? 'dry-run' : 'as-is', said };
      await tellAction(running, plainly(command), 'asked', {
        said: `pin ${called(group)} as it is${forcedWords(ordered.forced)}`,
      });
      return pinned(running, command, group);
    }
    case 'move': {
      const intended = `${ordered.move.kind} of ${called(group)}: ${changeOf(ordered.move)}${forcedWords(ordered.move.command?.forced ?? [])}`;
      const table = memberTable(ordered.move.after, input);
      if (command.dryRun) return { outcome: 'dry-run', said: `would do: ${intended}`, table };
      await tellAction(running, plainly(command), 'asked', { said: intended });
      const outcome = await act(running, observed, input, ordered.move);
      return {
        table: [...table, ...next(ordered.move, input)],
        ...(await afterMove(running, command, group, { intended, outcome })),
      };
    }
    default:
      return ordered satisfies never;
  }
};

/** What the monitor makes of it from now on. */
const next = ({ kind }: Move, { policy }: PlanInput): readonly string[] =>
  kind === 'switchover'
    ? [
        `The monitor leaves this order alone for ${policy.operatorStandOffMinutes} min (operatorStandOffMinutes), a failing first choice included.`,
        `To keep it for longer: pin. To go back: failback, or switchover.`,
      ]
    : [];

const changeOf = ({ before, after }: Move): string => `${printed(before)} → ${printed(after)}`;

const forcedWords = (forced: readonly Forced[]): string =>
  forced.length === 0 ? '' : `; forced past ${forced.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}`;

const inTheWay = ({ rule, reason, isForcible }: Obstacle): string =>
  `${rule}: ${reason}. ${isForcible ? `To do it all the same: "force": ["${rule}"]` : 'This cannot be forced'}`;

/** The pin comes after the move: a group pinned to an order that it is not in could not be rescued. */
const afterMove = async (
  running: Running,
  command: Moving,
  group: VoiceConnectorGroup,
  { intended, outcome }: { readonly intended: string; readonly outcome: Outcome },
): Promise<Came> => {
  if (outcome.kind !== 'applied') {
    const code = 'code' in outcome ? ` (${outcome.code})` : '';
    const said = `${outcome.kind}${code}: ${intended}`;
    return { outcome: 'failed', said, problems: [outcome.reason] };
  }
  const said = `${intended}: ${outcome.reason}`;
  if (command.action !== 'pin') return { outcome: 'done', said };
  const pin = await pinned(running, command, group);
  return { ...pin, said: `${said}; ${pin.said}` };
};

const pinned = (
  running: Running,
  { by, reason, until, order }: Command<'pin'>,
  group: VoiceConnectorGroup,
): Promise<Came> => sayWord(running, group, { kind: 'pin', by, reason, until, order });
