/** An override, or a maintenance window in progress, in one line. */
import type { EpochMs } from './time.ts';
import type { InForce } from './in-force.ts';
import { formatMaintenance } from './maintenance.ts';
import { overLimitNote } from './override-limit.ts';
import { formatDuration } from './format.ts';

/** `pause by anna, 2 h left: works on the trunk` */
export function formatOverride(override: InForce, at: EpochMs): string {
  switch (override.kind) {
    case 'none':
      return 'no override';
    case 'pause':
    case 'pin':
    case 'drill': {
      const { kind, by, until, reason } = override;
      const time = until > at ? `${formatDuration(until - at)} left` : `expired ${formatDuration(at - until)} ago`;
      return `${kind} by ${by}, ${time}: ${reason}${overLimitNote(override, at)}`;
    }
    case 'maintenance':
      return formatMaintenance(override, at);
    case 'unparseable':
    case 'unreadable':
      return `${override.kind}: ${override.message}`;
    default:
      return override satisfies never;
  }
}
