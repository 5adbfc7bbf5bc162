/** Verdicts on Voice Connectors and Regions. */
import type { UnknownCause } from './codes.ts';

/**
 * The share of its calls that a Voice Connector loses to a fault, of those that would usually succeed: 0 to 1. Calls that are connected
 * but cannot be understood are lost too.
 */
export type CallLoss = {
  /** Lost beyond doubt. */
  readonly least: number;
  readonly likely: number;
};

/** A verdict on a Voice Connector or a Region. `reason` contains the numbers that were compared. */
export type Verdict =
  | { readonly health: 'healthy'; readonly reason: string }
  | { readonly health: 'degraded'; readonly reason: string; readonly loss: CallLoss }
  | { readonly health: 'unhealthy'; readonly reason: string; readonly loss: CallLoss }
  | {
      readonly health: 'unknown';
      readonly cause: UnknownCause;
      readonly reason: string;
      /** Present where failed calls are the cause. */
      readonly loss?: CallLoss;
    };

/** None where no call is known to be lost. */
export function lossOf(verdict: Verdict): CallLoss {
  return verdict.health === 'healthy' ? noLoss : (verdict.loss ?? noLoss);
}

export const noLoss: CallLoss = { least: 0, likely: 0 };

/** Verdicts by Voice Connector id. */
export type ConnectorVerdicts = ReadonlyMap<string, Verdict>;

/** Verdicts by Region name. */
export type RegionVerdicts = ReadonlyMap<string, Verdict>;
