/** Verdicts on Voice Connectors and Regions. */
import type { UnknownCause } from './codes.ts';

/** A verdict on a Voice Connector or a Region. `reason` contains the numbers that were compared. */
export type Verdict =
  | { readonly health: 'healthy'; readonly reason: string }
  | { readonly health: 'degraded'; readonly reason: string }
  | { readonly health: 'unhealthy'; readonly reason: string }
  | { readonly health: 'unknown'; readonly cause: UnknownCause; readonly reason: string };

/** Verdicts by Voice Connector id. */
export type ConnectorVerdicts = ReadonlyMap<string, Verdict>;

/** Verdicts by Region name. */
export type RegionVerdicts = ReadonlyMap<string, Verdict>;
