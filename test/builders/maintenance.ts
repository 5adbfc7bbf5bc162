import type { MaintenanceWindow } from '../../lib/core/model/group-policy.ts';

/** Around `observedAt` of the builders, which is a Friday at 12:01:30 UTC. */
export function aWindow(changes: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  return { day: 'fri', from: '11:00', until: '13:00', timeZone: 'UTC', reason: 'carrier works', ...changes };
}
