/** A drill by command: ordered only where nothing speaks against it, and begun at once. */
import type { Drill } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { printed } from '../core/model/priorities.ts';
import { orderDrill, type DrillRefusal } from '../core/drill/order.ts';
import { beginDrill, examine, type DrillOrdered } from '../drill/run.ts';
import { groupNamed } from '../input/find-group.ts';
import type { Running } from '../context.ts';
import { inputOf, look } from '../observe/snapshot.ts';
import type { Command } from './command.ts';
import { memberTable } from './member-table.ts';
import { called, inWords, plainly, tellAction, warningsOf, type Came } from './result.ts';

export const drillByHand = async (running: Running, command: Command<'drill'>): Promise<Came> => {
  const seen = await look(running);
  const named = groupNamed(command.group, seen.observed.observation.groups, running.problems);
  const warnings = [...warningsOf(running)];
  if (named.kind === 'unknown') {
    const problems = named.problems.map((problem) => `group: ${problem}`);
    return { outcome: 'refused', said: 'nothing is changed', problems };
  }
  const input = await examine(running, seen, inputOf(running, seen, named.group));
  warnings.push(...warningsOf(running));
  if (command.dryRun) return { warnings, ...dryRun(input, orderDrill(input, command)) };
  const said = `a drill of ${called(input.group)} for ${command.minutes} min`;
  await tellAction(running, plainly(command), 'asked', { said });
  return { warnings, ...came(input, await beginDrill(running, seen, input, command)) };
};

const refused = ({ group }: PlanInput, refusals: readonly DrillRefusal[]): Came => ({
  outcome: 'refused',
  said: `there is no drill of ${called(group)} now`,
  problems: refusals.map(({ code, reason }) => `${code}: ${reason}. This cannot be forced`),
});

const dryRun = (input: PlanInput, ordered: ReturnType<typeof orderDrill>): Came =>
  ordered.kind === 'refused'
    ? refused(input, ordered.refusals)
    : {
        outcome: 'dry-run',
        said: `would do: ${toldOf(ordered.drill, input)}`,
        table: memberTable(ordered.drill.after, input),
      };

const toldOf = ({ before, after, until }: Drill, { group }: PlanInput): string =>
  `drill of ${called(group)}: ${printed(before)} → ${printed(after)}, and back at ${new Date(until).toISOString()}`;

const came = (input: PlanInput, ordered: DrillOrdered): Came => {
  switch (ordered.kind) {
    case 'refused':
      return refused(input, ordered.refusals);
    case 'unsaid':
      return {
        outcome: 'failed',
        said: `there is no drill of ${called(input.group)}`,
        problems: inWords(ordered.problems),
      };
    case 'said':
      return begun(input, ordered);
    default:
      return ordered satisfies never;
  }
};

const begun = (input: PlanInput, { drill, taken }: Extract<DrillOrdered, { readonly kind: 'said' }>): Came => {
  const said = toldOf(drill, input);
  const outcome = taken.kind === 'decided' ? taken.outcome : undefined;
  if (outcome?.kind === 'applied') {
    const end = 'The monitor watches it every minute. To end it now: resume.';
    return { outcome: 'done', said: `${said}: ${outcome.reason}`, table: [...memberTable(drill.after, input), end] };
  }
  const why = outcome?.reason ?? 'the group changed meanwhile';
  return {
    outcome: 'failed',
    said: `${said} is ordered and not begun: the monitor tries again for 5 min`,
    problems: [why],
  };
};
