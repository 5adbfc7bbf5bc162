/** What a Voice Connector without calls lost when it last carried some. CloudWatch is the memory. */
import { inboundCalls } from './call-counts.ts';
import { seriesOf } from './call-series.ts';
import { strongestProof } from './evidence.ts';
import { finestMinutes, natsForBudget } from './likelihood.ts';
import { mostLostIn } from './loss.ts';
import { constantNormal } from './normal.ts';
import { assumedRatio } from './weekly-pattern.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { MetricsReading } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

export type RememberedLoss = {
  /** Of its calls, beyond those that usually fail, at most: 0 to 1. It was left after few failed calls, which say little of the share. */
  readonly share: number;
  /** When its newest call was attempted. */
  readonly at: EpochMs;
};

/** Evidence in nats that a member which the monitor left as unhealthy was so: the proof was against its own past, which is not read again. */
const leastNatsIfLeft = 2;

/**
 * Undefined where its last calls went through, or the failures among them are less than half a proof.
 *
 * @param lastCalls minutes of the past day
 * @param isLeft whether the monitor failed over from it in that time
 */
export function rememberedLoss(
  lastCalls: MetricsReading,
  isLeft: boolean,
  policy: GroupPolicy,
): RememberedLoss | undefined {
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
  if (proof === undefined || proof.nats <= (isLeft ? leastNatsIfLeft : needed / 2)) return undefined;
  return { share: mostLostIn(series, proof.window, policy.judgingMinutes), at };
}
