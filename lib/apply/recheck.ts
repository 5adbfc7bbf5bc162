/** Rechecks a group through any control Region that shows it, and its override: are both still as the move was decided from? */
import { inForce } from '../core/model/in-force.ts';
import type { Outcome, Problem } from '../core/model/outcome.ts';
import type { Move } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { differences } from '../core/model/priorities.ts';
import { overrideAgainstMove } from '../core/plan/recheck-override.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { GroupsPort, ReadPorts } from '../ports.ts';

export type Recheck =
  | { readonly kind: 'unchanged'; readonly controlRegion: string }
  /** The write must not follow. `isTransient`: a recheck a moment later may allow it. */
  | { readonly kind: 'stop'; readonly outcome: Outcome; readonly isTransient: boolean };

/** The given control Region first, then the others. */
export function controlRegionsFrom(first: string, { controlRegions }: GroupsPort): readonly string[] {
  return [first, ...controlRegions.filter((controlRegion) => controlRegion !== first)];
}

/** Asks the Regions in turn until one shows the group, or the Region that listed it refuses. */
export async function recheckGroup(
  groups: GroupsPort,
  observed: VoiceConnectorGroup,
  controlRegions: readonly string[],
  signal: AbortSignal,
): Promise<Recheck> {
  const unavailable: string[] = [];
  for (const controlRegion of controlRegions) {
    const reading = await groups.read({ ...observed, controlRegion }, signal);
    if (reading.kind === 'read') return compareGroups(observed, reading.group, controlRegion);
    const { kind, message } = reading.refusal;
    // Only the Region that listed the group must know it; a refusal by another Region means nothing.
    if (kind !== 'unavailable' && controlRegion === observed.controlRegion) {
      const reason = `the group could not be read again before the write: ${message}`;
      return { kind: 'stop', outcome: { kind: 'rejected', code: kind, reason }, isTransient: kind === 'throttled' };
    }
    unavailable.push(`${controlRegion}: ${message}`);
  }
  const reason = signal.aborted
    ? 'the run ran out of time before the group could be read again and written'
    : `no control Region shows the group: ${unavailable.join('; ')}`;
  const code = signal.aborted ? 'out-of-time' : 'unreachable';
  return { kind: 'stop', outcome: { kind: 'blocked', code, reason }, isTransient: false };
}

/** A Parameter Store that hangs must not cost a rescue more than this. */
const overrideLimitMs = 2000;

export type OverrideRecheck = {
  /** What stops the write; undefined where nothing does. */
  readonly stopped: Outcome | undefined;
  /** One for each Region that could not be read: the write does not wait for it. */
  readonly problems: readonly Problem[];
};

/** Reads the group's override again. A maintenance window that has begun since the run counts as one. */
export async function recheckOverride(
  { overrides, clock }: Pick<ReadPorts, 'overrides' | 'clock'>,
  decidedFrom: Pick<PlanInput, 'group' | 'hasSharedName' | 'override' | 'policy' | 'observedAt'>,
  move: Move,
  signal: AbortSignal,
): Promise<OverrideRecheck> {
  const reading = await overrides.read(AbortSignal.any([signal, AbortSignal.timeout(overrideLimitMs)]));
  const { group, hasSharedName } = decidedFrom;
  const now = clock();
  const current = { ...decidedFrom, override: reading.of(group, now, hasSharedName), observedAt: now };
  const changed = overrideAgainstMove(move, inForce(decidedFrom), inForce(current));
  const { problems } = reading;
  if (changed === undefined) return { stopped: undefined, problems };
  const reason = `the override changed after the move was decided: ${changed}`;
  return { stopped: { kind: 'withheld', code: 'override-changed', reason }, problems };
}

function compareGroups(observed: VoiceConnectorGroup, current: VoiceConnectorGroup, controlRegion: string): Recheck {
  const changed = differences(observed, current);
  if (changed.length === 0) return { kind: 'unchanged', controlRegion };
  const reason = `the group changed after it was judged: ${changed.join('; ')}`;
  return {
    kind: 'stop',
    outcome: { kind: 'withheld', code: 'group-changed', reason },
    isTransient: false,
  };
}
