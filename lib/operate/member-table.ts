/** A group's members as a table, in the order in which calls try them. */
import type { VoiceConnectorItem } from '../core/model/group.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { inOrder } from '../core/model/priorities.ts';
import { table } from '../core/model/table.ts';

type Known = Pick<PlanInput, 'verdicts' | 'connectorRegions'>;

export function memberTable(items: readonly VoiceConnectorItem[], known: Known): readonly string[] {
  return table(inOrder(items).map((item) => memberRow(item, known)));
}

function memberRow(
  { voiceConnectorId, priority }: VoiceConnectorItem,
  { verdicts, connectorRegions }: Known,
): readonly string[] {
  const verdict = verdicts.get(voiceConnectorId);
  const health = verdict?.health === 'unknown' ? `unknown (${verdict.cause})` : (verdict?.health ?? 'unknown');
  const where = connectorRegions.get(voiceConnectorId) ?? 'Region unknown';
  return [`  ${priority ?? '-'}`, voiceConnectorId, where, health, verdict?.reason ?? ''];
}
