/** Verdicts on one Voice Connector of an otherwise healthy observation. */
import { judge } from '../../../lib/core/judge/judge.ts';
import type { GroupPolicy } from '../../../lib/core/model/group-policy.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { inbound, type Span } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

/** The verdict on `east` as the primary, and the only Voice Connector in its Region. */
export function verdictOnTop(
  reading: MetricsReading,
  policy: GroupPolicy = aPolicy(),
  past?: MetricsReading,
): Verdict | undefined {
  const observation = anObservation({ connectors: [aConnector({ inbound: reading, history: past })] });
  return judge(observation, () => policy)
    .verdictsOf(observation.groups[0]!)
    .get('east');
}

/** The verdict on `east` as the second of its group, behind a healthy `west` in another Region. */
export function verdictOnStandby(reading: MetricsReading): Verdict | undefined {
  const west = aConnector({ voiceConnectorId: 'west', region: 'us-west-2' });
  const observation = anObservation({ connectors: [west, aConnector({ inbound: reading })] });
  const policy = aPolicy();
  return judge(observation, () => policy)
    .verdictsOf(observation.groups[0]!)
    .get('east');
}

export function audio(minutes: number, metric: 'MOSBetweenVcAndCustomer' | 'MOSBetweenVcAndRemote', mos: number): Span {
  return { ...inbound(minutes, 10), [metric]: mos };
}
