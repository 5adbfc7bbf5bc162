/** What a drill is decided from. Pure. */
import type { Verdict } from '../model/verdict.ts';
import type { CandidateEvidence, PlanInput } from '../plan/plan-input.ts';

/** A plan input with the candidate evidence of every member: a drill moves calls both ways. */
export type EvidencedInput = PlanInput & { readonly candidateEvidence: CandidateEvidence };

/** The verdicts on the members' Regions, each Region once. */
export function regionVerdicts(
  voiceConnectorIds: readonly string[],
  { connectorRegions, regions }: PlanInput,
): readonly (readonly [string, Verdict])[] {
  return [...new Set(voiceConnectorIds.flatMap((id) => connectorRegions.get(id) ?? []))].flatMap((region) => {
    const verdict = regions.get(region);
    return verdict === undefined ? [] : [[region, verdict] as const];
  });
}

/** Absent where the Region of the Voice Connector is unknown, or was not judged. */
export function regionVerdictOn(
  voiceConnectorId: string,
  { connectorRegions, regions }: PlanInput,
): Verdict | undefined {
  return regions.get(connectorRegions.get(voiceConnectorId) ?? '');
}
