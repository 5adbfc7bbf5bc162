/** What the earlier runs of this process read of the past of suspects. It saves reading it again, and proves nothing. */
import { slotOf } from '../core/judge/past-calls.ts';
import { judgedUntil } from '../core/judge/readings.ts';
import type { RememberedPast } from '../core/judge/usual-suspects.ts';
import type { GroupPolicy } from '../core/model/group-policy.ts';
import { onlyMetrics } from '../core/model/minutes.ts';
import type { Observation } from '../core/model/observation.ts';
import type { PastsPort } from '../ports.ts';
import { callMetrics, codeMetrics } from './suspect-detail.ts';

/** The audio is compared with nothing of the past. */
const metricsOfPast = [...callMetrics, ...codeMetrics];

/** Each takes half a megabyte with what the judge has learned from it. */
const mostRemembered = 100;

export class RememberedPasts implements PastsPort {
  /** By Voice Connector id, the oldest first. */
  readonly #pasts = new Map<string, RememberedPast>();

  of(voiceConnectorIds: ReadonlySet<string>): ReadonlyMap<string, RememberedPast> {
    return new Map([...this.#pasts].filter(([id]) => voiceConnectorIds.has(id)));
  }

  /** Takes what a run read of these, where the reading is complete. */
  remember(
    voiceConnectorIds: ReadonlySet<string>,
    { connectors, observedAt }: Observation,
    policy: Pick<GroupPolicy, 'metricLagSeconds'>,
  ): void {
    const slot = slotOf(judgedUntil(observedAt, policy));
    for (const id of voiceConnectorIds) {
      const { inbound, history } = connectors.get(id) ?? {};
      if (inbound?.kind !== 'read' || history?.kind !== 'read') continue;
      this.#pasts.delete(id);
      this.#pasts.set(id, {
        history,
        minutes: inbound.minutes.map((minute) => onlyMetrics(metricsOfPast, minute)),
        slot,
      });
    }
    for (const [id, past] of this.#pasts) {
      if (past.slot !== slot || this.#pasts.size > mostRemembered) this.#pasts.delete(id);
    }
  }
}
