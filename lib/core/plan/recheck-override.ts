/** Compares what held a group when a move was decided with what holds it just before the write. Pure. */
import type { Move } from '../model/plan.ts';
import type { Drill } from '../model/override.ts';
import type { InForce } from '../model/in-force.ts';
import { formatWindow, type Maintenance } from '../model/maintenance.ts';

/**
 * Why the present override stops the write of a move; undefined where it does not. An operator may have put it after the run began, or
 * a maintenance window has begun since.
 *
 * @param observed what the move was decided under: an operator's move may have been forced past it
 */
export function overrideAgainstMove(
  { kind, command }: Pick<Move, 'kind' | 'command'>,
  observed: InForce,
  current: InForce,
): string | undefined {
  switch (current.kind) {
    case 'none':
      return removedBeforeItBegan(kind);
    case 'maintenance':
      return againstMaintenance(kind, observed, current);
    case 'unreadable':
      // A failover and the end of a drill do not wait for Parameter Store, and an operator has decided in person.
      return observed.kind !== 'unreadable' && isChoice({ kind, command })
        ? `the override could not be read again: ${current.message}`
        : undefined;
    case 'drill':
      return isSameDrill(observed, current)
        ? stoppedBeforeItBegan(kind, current)
        : `there is now a drill by ${current.by}: ${current.reason}`;
    case 'pause':
    case 'pin':
    case 'unparseable':
      return isSameOverride(observed, current) ? undefined : formatNew(current);
    default:
      return current satisfies never;
  }
}

/** A move that nothing makes urgent and that nobody orders at this moment. */
function isChoice({ kind, command }: Pick<Move, 'kind' | 'command'>): boolean {
  return kind === 'drill' || (kind === 'failback' && command === undefined);
}

/** What else held the group at the decision would have hidden a window in progress, and a window in progress did not prevent the move. */
function againstMaintenance(kind: Move['kind'], observed: InForce, { window }: Maintenance): string | undefined {
  return observed.kind === 'none' || observed.kind === 'unreadable'
    ? `the ${formatWindow(window)} has begun: ${window.reason}`
    : removedBeforeItBegan(kind);
}

function removedBeforeItBegan(kind: Move['kind']): string | undefined {
  return kind === 'drill' ? "the drill's override was removed" : undefined;
}

function stoppedBeforeItBegan(kind: Move['kind'], { stopped }: Drill): string | undefined {
  return kind === 'drill' && stopped !== undefined
    ? `the drill was stopped by ${stopped.by}: ${stopped.reason}`
    : undefined;
}

function formatNew(override: Extract<InForce, { readonly kind: 'pause' | 'pin' | 'unparseable' }>): string {
  return override.kind === 'unparseable'
    ? `there is now an override that cannot be parsed and counts as a pause: ${override.message}`
    : `there is now a ${override.kind} by ${override.by}: ${override.reason}`;
}

/** Two readings of one stored override have the same fields in the same sequence. */
function isSameOverride(one: InForce, other: InForce): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A drill that an operator stopped meanwhile is still the same drill. */
function isSameDrill(observed: InForce, current: Drill): boolean {
  return (
    observed.kind === 'drill' &&
    observed.by === current.by &&
    observed.startedAt === current.startedAt &&
    observed.leaving === current.leaving &&
    observed.promoting === current.promoting
  );
}
