import type { EpochMs } from '../clock.ts';
import { Connector } from './connector.ts';
import { FaultsOfMinute } from './faults.ts';
import { Group } from './group.ts';
import type { MinuteOfWorld } from './minute.ts';
import { isOnAt } from './period.ts';
import type { RoutedGroup } from './ports.ts';
import { Route } from './routing.ts';
import { faultProblems, worldSpecProblems } from './spec-problems.ts';
import type { AddedFault, ControlPlaneFaultSpec, FaultSpec, WorldSpec } from './spec.ts';

const millisecondsPerMinute = 60_000;

/** An invalid spec. The message lists every problem. */
export class InvalidWorldError extends Error {
  override readonly name = 'InvalidWorldError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid world: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Creates a world at its first minute, or at a later one, without the calls that would be in progress then.
 *
 * @throws {InvalidWorldError} if the spec contradicts itself
 */
export function createWorld(spec: WorldSpec, firstMinute = 0): World {
  const problems = worldSpecProblems(spec);
  if (problems.length > 0) throw new InvalidWorldError(problems);
  return new World(spec, firstMinute);
}

/** What the calls of a minute depend on besides the spec and the minutes before. */
export type Circumstances = {
  readonly routing: readonly RoutedGroup[];
  /** Besides those of the spec. */
  readonly faults: readonly FaultSpec[];
  readonly callsFactor: number;
};

/**
 * Simulates telephone calls minute by minute.
 *
 * Depends only on its spec, the given routing and what is changed while it runs: it has no clock, no I/O, and no randomness except the
 * seed.
 */
export class World {
  readonly spec: WorldSpec;
  readonly #connectors: ReadonlyMap<string, Connector>;
  readonly #groups: readonly Group[];
  readonly #added = new Set<FaultSpec>();
  readonly #callsFactors = new Set<{ readonly factor: number }>();
  #minute: number;

  constructor(spec: WorldSpec, firstMinute = 0) {
    this.spec = spec;
    this.#minute = firstMinute;
    this.#connectors = new Map(
      spec.connectors.map((connector) => [connector.voiceConnectorId, new Connector(spec, connector)]),
    );
    this.#groups = spec.groups.map((group) => new Group(spec, group));
  }

  /** The start of the next minute to simulate. */
  get nextMinuteStartsAt(): EpochMs {
    return this.spec.startsAt + this.#minute * millisecondsPerMinute;
  }

  /**
   * Adds a fault from the next minute on. Returns the function that ends it.
   *
   * @param fromMinute when its pulses and its growth began, if it was in force before
   * @throws {InvalidWorldError} if it contradicts itself or is at an unknown place
   */
  addFault(fault: AddedFault, fromMinute = this.#minute): () => void {
    const added = { ...fault, fromMinute, untilMinute: Infinity };
    const problems = faultProblems(this.spec, added, 'fault');
    if (problems.length > 0) throw new InvalidWorldError(problems);
    this.#added.add(added);
    return () => {
      this.#added.delete(added);
    };
  }

  /** Multiplies the new callers of every group from the next minute on. Returns the function that ends it. */
  multiplyCalls(factor: number): () => void {
    const added = { factor };
    this.#callsFactors.add(added);
    return () => {
      this.#callsFactors.delete(added);
    };
  }

  /** Simulates one minute: routes new calls by `routing`; calls in progress stay on their connector. */
  runMinute(routing: readonly RoutedGroup[]): MinuteOfWorld {
    const callsFactor = [...this.#callsFactors].reduce((product, { factor }) => product * factor, 1);
    return this.runMinuteUnder({ routing, faults: [...this.#added], callsFactor });
  }

  /** Simulates one minute under these circumstances instead of the present ones. */
  runMinuteUnder({ routing, faults: added, callsFactor }: Circumstances): MinuteOfWorld {
    const startsAt = this.nextMinuteStartsAt;
    const faults = new FaultsOfMinute([...(this.spec.faults ?? []), ...added], this.#minute);
    const groupOf = new Map(routing.flatMap((group) => group.items.map((item) => [item.voiceConnectorId, group])));
    const siteOf = (connector: Connector) =>
      connector.siteFor(groupOf.get(connector.spec.voiceConnectorId)?.voiceConnectorGroupId);
    for (const connector of this.#connectors.values()) connector.placeOutboundCalls(siteOf(connector), faults);
    for (const group of this.#groups) {
      const routed = routing.find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === group.id);
      const route = routed === undefined ? undefined : new Route(routed);
      group.callIn({ route, connectors: this.#connectors, faults, callsFactor });
    }
    const dropped: string[] = [];
    const connectors = [...this.#connectors.values()].map((connector) => {
      const ended = connector.endMinute(siteOf(connector), faults);
      dropped.push(...ended.dropped);
      return ended.counted;
    });
    const groups = this.#groups.map((group) => group.endMinute(dropped));
    this.#minute += 1;
    return { minute: faults.minute, startsAt, connectors, groups };
  }

  /** The control-plane entries that are active at `now`, for the server that answers the API. */
  activeControlPlaneFaults(now: EpochMs): readonly ControlPlaneFaultSpec[] {
    const minute = (now - this.spec.startsAt) / millisecondsPerMinute;
    return (this.spec.controlPlane ?? []).filter((fault) => isOnAt(fault, minute));
  }
}
