/** What the monitor would decide now, and why: looks, and changes nothing. */
import pMap from 'p-map';
import type { VoiceConnectorGroup } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { plan } from '../core/plan/plan.ts';
import { duration } from '../core/model/format.ts';
import { groupNamed } from '../input/find-group.ts';
import type { Running } from '../context.ts';
import { decided, inputOf, look, type Seen } from '../observe/snapshot.ts';
import { memberTable } from './member-table.ts';
import type { Command } from './command.ts';
import { warningsOf, type Came } from './result.ts';
import { toldWord } from './format-override.ts';

const groupsAtOnce = 10;

export const status = async (running: Running, command: Command<'status'>): Promise<Came> => {
  const seen = await look(running);
  const { groups } = seen.observed.observation;
  const named = command.group === undefined ? undefined : groupNamed(command.group, groups, running.problems);
  if (named?.kind === 'unknown') {
    const problems = named.problems.map((problem) => `group: ${problem}`);
    return { outcome: 'refused', said: 'there is no such group', problems, warnings: warningsOf(running) };
  }
  const wanted = named === undefined ? groups : [named.group];
  const lines = await pMap(wanted, (group) => linesOf(running, seen, group), { concurrency: groupsAtOnce });
  const count = wanted.length === 1 ? 'one group' : `${wanted.length} groups`;
  const at = new Date(running.identity.observedAt).toISOString();
  return {
    outcome: 'done',
    said: `${count} at ${at}`,
    table: lines.flatMap((each, place) => (place === 0 ? each : ['', ...each])),
    warnings: warningsOf(running),
  };
};

const linesOf = async (running: Running, seen: Seen, group: VoiceConnectorGroup): Promise<readonly string[]> => {
  const { input, decision } = await decided(running, seen, inputOf(running, seen, group), plan);
  const { mode, failback } = input.policy;
  const changed = group.updatedAt === undefined ? 'never known to change' : `changed ${ago(group.updatedAt, input)}`;
  return [
    `${group.name} (${group.voiceConnectorGroupId})  mode ${mode}, failback ${failback}, ${changed}`,
    ...memberTable(group.items, input),
    `  now: ${decision.kind === 'hold' ? `hold (${decision.code})` : decision.kind}: ${decision.reason}`,
    ...decision.rejected.map(({ voiceConnectorId, code, reason }) => `  not ${voiceConnectorId} (${code}): ${reason}`),
    ...wordLines(input),
  ];
};

const ago = (at: number, { observedAt }: PlanInput): string => `${duration(observedAt - at)} ago`;

const wordLines = ({ override, observedAt }: PlanInput): readonly string[] =>
  override.kind === 'none' ? [] : [`  word: ${toldWord(override, observedAt)}`];
