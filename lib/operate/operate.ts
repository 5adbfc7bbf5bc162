/** One command of an operator, from the words to what became of it. */
import { groupNamed } from '../input/find-group.ts';
import type { Policy } from '../input/policy.ts';
import type { Inventory, Ports, Signals } from '../ports.ts';
import type { TurnIdentity } from '../events/event.ts';
import { inWords, plainly, tellAction, type Came, type Operated, type OperateResult, type Subject } from './result.ts';
import type { Running } from '../context.ts';
import { parseCommand, type Command, type ParsedCommand } from './command.ts';
import { drillByHand } from './drill.ts';
import { moveByHand } from './moves.ts';
import { status } from './status.ts';
import { pause, resume } from './pause.ts';

export type OperateRequest = Pick<TurnIdentity, 'turnId' | 'codeVersion' | 'monitorRegion'> & {
  readonly event: unknown;
};

export const operate = async (
  ports: Ports,
  policy: Policy,
  { event, ...who }: OperateRequest,
  signals: Signals,
): Promise<Operated> => {
  const identity: TurnIdentity = { ...who, observedAt: ports.clock(), policyHash: policy.hash };
  const running: Running = { ports, policy, identity, signals, problems: [] };
  const parsed = parseCommand(event, identity.observedAt);
  if (parsed.kind === 'wrong') return refusedAsWritten(running, parsed);
  const { command } = parsed;
  const came = await carryOut(running, command);
  if (command.action !== 'status' && came.outcome !== 'dry-run')
    await tellAction(running, plainly(command), stageOf(came), came);
  return operated(running, command.action, came);
};

const carryOut = async (running: Running, command: Command): Promise<Came> => {
  switch (command.action) {
    case 'pause':
    case 'resume': {
      const subject = await subjectOf(running, command.group);
      if (subject.kind === 'unknown')
        return { outcome: 'refused', said: 'nothing is changed', problems: subject.problems };
      return command.action === 'pause'
        ? pause(running, command, subject.subject)
        : resume(running, command, subject.subject);
    }
    case 'pin':
    case 'switchover':
    case 'failback':
      return moveByHand(running, command);
    case 'drill':
      return drillByHand(running, command);
    case 'status':
      return status(running, command);
    default:
      return command satisfies never;
  }
};

type SubjectOf =
  | { readonly kind: 'found'; readonly subject: Subject }
  | { readonly kind: 'unknown'; readonly problems: readonly string[] };

/** Of all groups nothing need be known: they can be paused with everything but Parameter Store gone. */
const subjectOf = async ({ ports, signals }: Running, asked: string): Promise<SubjectOf> => {
  if (asked === 'all') return { kind: 'found', subject: 'all' };
  const { groups, problems } = await ports.groups.list(signals.work);
  const named = groupNamed(asked, groups, problems);
  return named.kind === 'found'
    ? { kind: 'found', subject: named.group }
    : { kind: 'unknown', problems: named.problems.map((problem) => `group: ${problem}; or all`) };
};

type Wrong = Extract<ParsedCommand, { readonly kind: 'wrong' }>;

/** What could be understood of it is held against the account, so that every mistake is told at once. */
const refusedAsWritten = async (running: Running, { problems, references }: Wrong): Promise<Operated> => {
  const { ports, signals } = running;
  const strangers = strangersIn(references, await ports.groups.list(signals.work));
  const came: Came = { outcome: 'refused', said: 'nothing is changed', problems: [...problems, ...strangers] };
  const { group, to, order, by, reason, action } = references;
  await tellAction(running, { action, group, to, order, by, reason }, 'refused', came);
  return operated(running, undefined, came);
};

const strangersIn = ({ group, to, order, action }: Wrong['references'], inventory: Inventory): readonly string[] => {
  const isOfAll = group === 'all' && (action === 'pause' || action === 'resume');
  if (group === undefined || isOfAll) return [];
  const named = groupNamed(group, inventory.groups, inventory.problems);
  if (named.kind === 'unknown') return named.problems.map((problem) => `group: ${problem}`);
  const members = named.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const strange = [...(to === undefined ? [] : [to]), ...(order ?? [])].filter((id) => !members.includes(id));
  return strange.map((id) => `${id === to ? 'to' : 'order'}: Expected one of ${members.join(', ')}, got "${id}"`);
};

const stageOf = ({ outcome }: Came) => (outcome === 'refused' || outcome === 'failed' ? outcome : ('done' as const));

const operated = (
  running: Running,
  action: OperateResult['action'],
  { outcome, said, table = [], problems = [], warnings = [] }: Came,
): Operated => ({
  result: {
    shape: 'operate-result',
    version: 1,
    turnId: running.identity.turnId,
    action,
    outcome,
    said,
    table,
    warnings,
  },
  problems: [...problems, ...inWords(running.problems)],
});
