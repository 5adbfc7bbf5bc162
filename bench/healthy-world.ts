import type { FaultSpec, GroupSpec } from '../sim/world/spec.ts';
import type { Traffic } from './worlds.ts';

/** How the calls of a world differ from those of a steady one. */
export type Peculiarity = {
  readonly group?: Partial<GroupSpec>;
  readonly faults?: readonly FaultSpec[];
  /** Periods for which moves are counted one by one. */
  readonly occasions?: readonly { readonly fromMinute: number; readonly untilMinute: number }[];
};

/**
 * A world without a fault that a move would help: every move in it is a false one. Its calls do not depend on the connector that
 * carries them.
 */
export type HealthyWorld = {
  readonly name: string;
  readonly description: string;
  /** The lowest of its usual failure ratios is the baseline. */
  readonly traffic: Traffic;
  /** False moves a group-year at most, at the default budget; undefined where the promise is one move per occasion. */
  readonly promisedPerYear: number | undefined;
  readonly peculiarity: (seed: number, minutes: number) => Peculiarity;
};
