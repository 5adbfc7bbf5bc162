/** Ends a drill because an operator ordered something else: the order that was ordered stays. */
import { drillEndedEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import type { RunContext } from '../context.ts';
import { drillResults } from '../core/drill/end-codes.ts';
import type { VoiceConnectorItem } from '../core/model/group.ts';
import type { Problem } from '../core/model/outcome.ts';
import { inOrder } from '../core/model/priorities.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { isKeyOf } from '../input/override-keys.ts';
import type { Snapshot } from '../observe/snapshot.ts';

type Replacement = {
  readonly input: PlanInput;
  readonly snapshot: Snapshot;
  /** The operator's command. A pin has replaced the override of the drill already. */
  readonly command: {
    readonly action: 'switchover' | 'failback' | 'pin';
    readonly by: string;
    readonly reason: string;
  };
  /** The order that stays. */
  readonly priorities: readonly VoiceConnectorItem[];
};

/** Does nothing where no drill is in force. Publishes before it removes the override, as every end of a drill. */
export async function endReplacedDrill(
  context: RunContext,
  { input, snapshot, command, priorities }: Replacement,
): Promise<readonly Problem[]> {
  const { override: drill } = input;
  if (drill.kind !== 'drill') return [];
  const { ports, identity, signals } = context;
  const ended = {
    code: 'replaced',
    reason: `${command.action} by ${command.by}: ${command.reason}`,
    result: drillResults.replaced,
    restored: inOrder(priorities)[0]?.voiceConnectorId === drill.leaving,
    calls: undefined,
    priorities,
  } as const;
  const publishing = await publish(context, [drillEndedEvent(identity, ports.clock(), input, drill, ended)]);
  if (command.action === 'pin') return publishing;
  const stored = snapshot.observed.overrides.stored.filter(
    ({ key, override }) => override.kind === 'drill' && isKeyOf(key, input.group),
  );
  return [...publishing, ...(await ports.overrideWriter.remove(stored, signals.publish))];
}
