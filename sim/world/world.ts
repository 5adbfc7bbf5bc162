import type { EpochMs } from '../clock.ts';
import { Connector } from './connector.ts';
import { FaultsOfMinute } from './faults.ts';
import { Group } from './group.ts';
import type { MinuteOfWorld } from './minute.ts';
import { isOnAt } from './period.ts';
import type { RoutedGroup } from './ports.ts';
import { Route } from './routing.ts';
import { worldSpecProblems } from './spec-problems.ts';
import type { ControlPlaneFaultSpec, WorldSpec } from './spec.ts';

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
 * Creates a world at its first minute.
 *
 * @throws {InvalidWorldError} if the spec contradicts itself
 */
export function createWorld(spec: WorldSpec): World {
  const problems = worldSpecProblems(spec);
  if (problems.length > 0) throw new InvalidWorldError(problems);
  return new World(spec);
}

/**
 * Simulates telephone calls minute by minute.
 *
 * Depends only on its spec and the given routing: it has no clock, no I/O, and no randomness except the seed.
 */
export class World {
  readonly spec: WorldSpec;
  readonly #connectors: ReadonlyMap<string, Connector>;
  readonly #groups: readonly Group[];
  #minute = 0;

  constructor(spec: WorldSpec) {
    this.spec = spec;
    this.#connectors = new Map(
      spec.connectors.map((connector) => [connector.voiceConnectorId, new Connector(spec, connector)]),
    );
    this.#groups = spec.groups.map((group) => new Group(spec, group));
  }

  /** The start of the next minute to simulate. */
  get nextMinuteStartsAt(): EpochMs {
    return this.spec.startsAt + this.#minute * millisecondsPerMinute;
  }

  /** Simulates one minute: routes new calls by `routing`; calls in progress stay on their connector. */
  runMinute(routing: readonly RoutedGroup[]): MinuteOfWorld {
    const startsAt = this.nextMinuteStartsAt;
    const faults = new FaultsOfMinute(this.spec.faults ?? [], this.#minute);
    const groupOf = new Map(routing.flatMap((group) => group.items.map((item) => [item.voiceConnectorId, group])));
    const siteOf = (connector: Connector) =>
      connector.siteFor(groupOf.get(connector.spec.voiceConnectorId)?.voiceConnectorGroupId);
    for (const connector of this.#connectors.values()) connector.placeOutboundCalls(siteOf(connector), faults);
    for (const group of this.#groups) {
      const routed = routing.find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === group.id);
      const route = routed === undefined ? undefined : new Route(routed);
      group.callIn({ route, connectors: this.#connectors, faults });
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
