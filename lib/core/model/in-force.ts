/** What holds a group because people decided so: the override, or else a maintenance window of the policy. Pure. */
import type { GroupPolicy } from './group-policy.ts';
import { maintenanceAt, type Maintenance } from './maintenance.ts';
import type { OverrideState } from './override.ts';
import type { EpochMs } from './time.ts';

export type InForce = OverrideState | ({ readonly kind: 'maintenance' } & Maintenance);

type HeldGroup = {
  readonly override: OverrideState;
  readonly policy: Pick<GroupPolicy, 'maintenance'>;
  readonly observedAt: EpochMs;
};

/**
 * An override that an operator put for this very time takes precedence over a window that recurs. One that cannot be read does not: the
 * window is known.
 */
export function inForce({ override, policy, observedAt }: HeldGroup): InForce {
  if (override.kind !== 'none' && override.kind !== 'unreadable') return override;
  const maintenance = maintenanceAt(policy.maintenance, observedAt);
  return maintenance === undefined ? override : { kind: 'maintenance', ...maintenance };
}
