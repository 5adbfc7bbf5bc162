/** Changes of health from one run to the next. */
import type { ConnectorVerdicts, Verdict } from '../model/verdict.ts';

/** A Voice Connector whose health differs from that of the previous run. */
export type HealthEdge = { readonly voiceConnectorId: string; readonly before: Verdict; readonly after: Verdict };

export function healthEdges(before: ConnectorVerdicts, after: ConnectorVerdicts): readonly HealthEdge[] {
  return [...after].flatMap(([voiceConnectorId, verdict]) => {
    const earlier = before.get(voiceConnectorId);
    return earlier === undefined || earlier.health === verdict.health
      ? []
      : [{ voiceConnectorId, before: earlier, after: verdict }];
  });
}
