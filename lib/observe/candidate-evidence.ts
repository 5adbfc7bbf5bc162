/** Reads what only a contemplated move needs. */
import type { MetricName, StandbySignals } from '../core/model/observation.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { CandidateEvidence } from '../core/plan/plan-input.ts';
import type { ListedConnector, ReadPorts } from '../ports.ts';
import { notRead, unreadableRegions } from './members.ts';
import { dayMinutes, lastFortnight, lastHour, lastMinutes } from './spans.ts';

const callMetrics: readonly MetricName[] = ['InboundCallAttempts', 'InboundCallFailures'];
const outboundMetrics: readonly MetricName[] = ['OutboundCallAttempts', 'OutboundCallFailures'];

export type CandidateEvidenceReading = {
  readonly candidateEvidence: CandidateEvidence;
  /** One for each Region whose record of changes could not be read; in `problems` too. */
  readonly unreadChanges: readonly Problem[];
  readonly problems: readonly Problem[];
};

/**
 * Reads what only a contemplated move needs: the candidates' standby signals, and the monitor's own changes of the past day. A part that
 * could not be read is marked as such.
 */
export async function readCandidateEvidence(
  ports: Pick<ReadPorts, 'groups' | 'metrics' | 'changes'>,
  group: VoiceConnectorGroup,
  candidates: readonly ListedConnector[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<CandidateEvidenceReading> {
  const [outbound, outboundHistories, lastCalls, reachabilities, changes] = await Promise.all([
    ports.metrics.read({ connectors: candidates, metrics: outboundMetrics, ...lastHour(observedAt) }, signal),
    ports.metrics.read({ connectors: candidates, metrics: outboundMetrics, ...lastFortnight(observedAt) }, signal),
    ports.metrics.read(
      { connectors: candidates, metrics: callMetrics, ...lastMinutes(dayMinutes, observedAt) },
      signal,
    ),
    Promise.all(
      candidates.map(async (connector) => ({
        connector,
        reachability: await ports.groups.readReachability(connector, signal),
      })),
    ),
    ports.changes.read(group, observedAt - dayMinutes * minuteMs, observedAt, signal),
  ]);
  const standbySignals = new Map<string, StandbySignals>();
  const problems = [outbound, outboundHistories, lastCalls].flatMap((readings) =>
    unreadableRegions(candidates, readings),
  );
  for (const { connector, reachability } of reachabilities) {
    const { voiceConnectorId } = connector;
    standbySignals.set(voiceConnectorId, {
      reachability,
      outbound: outbound.get(voiceConnectorId) ?? notRead,
      outboundHistory: outboundHistories.get(voiceConnectorId) ?? notRead,
      lastCalls: lastCalls.get(voiceConnectorId) ?? notRead,
    });
    const message = reachability.kind === 'read' ? reachability.ignored : reachability.message;
    if (message !== undefined) problems.push({ doing: `reading whether ${voiceConnectorId} is reachable`, message });
  }
  problems.push(...changes.problems);
  return {
    candidateEvidence: { standbySignals, changeRecord: changes.record },
    unreadChanges: changes.problems,
    problems,
  };
}
