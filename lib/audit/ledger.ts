/** The impact ledger of an event: what the fault costs, and what the last move saved, as far as the run knows. */
import { formatImpact, formatSaved, type Impact } from '../core/model/impact.ts';
import { primaryOf } from '../core/model/priorities.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { Verdict } from '../core/model/verdict.ts';
import { isUnobservable } from '../core/judge/readings.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { EventData } from '../events/event.ts';

type Ledger = NonNullable<EventData<'Priority Held'>['ledger']>;

/** The primary's, with what the last move saved. */
export function ledgerOfGroup(input: PlanInput): Ledger {
  const primary = primaryOf(input.group);
  const { sentence, impact } = ledgerOfConnector(input, primary ?? '');
  const { saved } = input;
  if (saved === undefined) return { sentence, impact };
  return {
    sentence: impact === undefined ? formatSaved(saved) : `${sentence}; ${formatSaved(saved)}`,
    impact,
    saved: {
      ...saved,
      movedAt: iso(saved.movedAt),
      countedUntil: iso(saved.countedUntil),
      before: impactData(saved.before),
    },
  };
}

export function ledgerOfConnector({ impacts, verdicts }: PlanInput, voiceConnectorId: string): Ledger {
  const impact = impacts?.get(voiceConnectorId);
  return impact === undefined
    ? { sentence: formatNoImpact(verdicts.get(voiceConnectorId)) }
    : { sentence: formatImpact(impact), impact: impactData(impact) };
}

function formatNoImpact(verdict: Verdict | undefined): string {
  if (verdict === undefined || isUnobservable(verdict)) return 'calls failed: not known, its calls were not read';
  return verdict.health === 'unhealthy'
    ? 'calls failed: not known, other signs than failed calls prove this fault'
    : 'no calls are known to be lost';
}

function impactData({ firstBadMinuteAt, countedUntil, ...counts }: Impact) {
  return { firstBadMinuteAt: iso(firstBadMinuteAt), countedUntil: iso(countedUntil), ...counts };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
