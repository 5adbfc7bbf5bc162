/** What a Voice Connector without calls lost when it last carried some. CloudWatch is the memory. */
import { inboundCalls } from './call-counts.ts';
import { seriesOf } from './call-series.ts';
import { strongestProof } from './evidence.ts';
import { finestMinutes, natsForBudget } from './likelihood.ts';
import { lossIn } from './loss.ts';
import { constantNormal } from './normal.ts';
import { assumedRatio } from './weekly-pattern.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { MetricsReading } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

export type RememberedLoss = {
  /** Of its calls, beyond those that usually fail: 0 to 1. */
  readonly share: number;
  /** When its newest call was attempted. */
  readonly at: EpochMs;
};

/**
 * Undefined where its last calls went through, or the failures among them are less than half a proof.
 *
 * @param lastCalls minutes of the past day
 */
export function rememberedLoss(lastCalls: MetricsReading, policy: GroupPolicy): RememberedLoss | undefined {
  if (lastCalls.kind !== 'read') return undefined;
  const counts = inboundCalls(lastCalls.minutes);
  const at = counts.reduce((newest, { startsAt, attempts }) => (attempts > 0 ? Math.max(newest, startsAt) : newest), 0);
  if (at === 0) return undefined;
  const until = at + minuteMs;
  const calls = counts.map((count) => ({ ...count, answered: 0, refused: 0, throttled: 0 }));
  const normal = constantNormal(assumedRatio, policy.dispersion, 'assumed');
  const series = seriesOf(calls, normal, { until, minutes: finestMinutes });
  const needed = natsForBudget(policy.falseMovesPerGroupYear);
  const proof = strongestProof(series, policy, needed);
  if (proof === undefined || proof.nats <= needed / 2) return undefined;
  return { share: lossIn(series, proof.window, policy.judgingMinutes).likely, at };
}
