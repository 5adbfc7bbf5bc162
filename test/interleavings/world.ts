/**
 * One account, any number of monitors and operators in it, and every call of theirs that another could notice as a step of its own.
 * The account is the simulator's and the turn is the shipped one; the adapters, which the wire suites test, are left out for speed.
 */
import { Account } from '../../sim/account/account.ts';
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import { SimClock } from '../../sim/clock.ts';
import type { MetricsReading } from '../../lib/core/model/observation.ts';
import type { VoiceConnectorGroup } from '../../lib/core/model/group.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import type { ListedConnector, MetricsRequest } from '../../lib/ports.ts';
import type { Ports, UnrecordedRegion } from '../../lib/write-ports.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { turn } from '../../lib/monitor/turn.ts';
import { hour, minute, now } from '../wire-support/account.ts';
import { Schedule } from './schedule.ts';

const policy = parsePolicy('{ version: 1, defaults: { mode: enforce } }', 'the policy');
const region = 'us-east-1';
const groupId = 'main-line';
const never = new AbortController().signal;

export type Items = GroupSettings['items'];

/** What a group is before anybody touches it. */
export const before = {
  name: 'Main line',
  items: [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 2 },
    { voiceConnectorId: 'vc-far', priority: 3 },
  ],
  callDistributionType: 'PriorityWeightedDistribution',
} as const satisfies GroupSettings;

/** A person's edit, as every tool makes it: read the group, change something, write it whole. */
export type Edit = {
  readonly what: string;
  readonly change: (group: GroupSettings) => GroupSettings;
  readonly survives: (group: GroupSettings) => boolean;
};

export class InterleavedWorld {
  readonly schedule = new Schedule();
  readonly events: { readonly monitor: string; readonly event: AuditEvent }[] = [];
  readonly writes: { readonly monitor: string; readonly items: Items }[] = [];
  readonly #clock = SimClock.startingAt(now, { speed: 0 });
  readonly #account = new Account({ now: () => this.#clock.now() });
  /** As CloudWatch sums them, by minute. */
  readonly #notes = new Map<number, number>();

  constructor() {
    for (const [voiceConnectorId, awsRegion] of connectors) {
      this.#account.chime.seedConnector({ voiceConnectorId, awsRegion });
    }
    this.#account.chime.seedGroup({ voiceConnectorGroupId: groupId, ...before, createdAt: now - 24 * hour });
  }

  group(): GroupSettings {
    const { name, items, callDistributionType } = this.#account.chime.groups.get(region, groupId);
    return { name, items, callDistributionType };
  }

  async monitor(name: string): Promise<void> {
    const request = {
      runId: name,
      codeVersion: '1.2.3',
      trigger: { kind: 'scheduled' },
      monitorRegion: region,
    } as const;
    const ports = this.#portsOf(name);
    const hasty = () => ({ ports, hasGivenUp: () => false });
    await turn({ ...ports, hasty }, policy, request, { work: never, publish: never, outbox: never });
  }

  async operator(name: string, edit: Edit): Promise<void> {
    const read = await this.#step(name, 'read', () => this.group());
    await this.#step(name, 'write', () => this.#account.chime.groups.update(region, groupId, edit.change(read)));
  }

  /** Every effect has a moment of its own. */
  async #step<Answer>(actor: string, call: string, effect: () => Answer): Promise<Answer> {
    await this.schedule.turnOf(actor, call);
    this.#clock.jumpTo(this.#clock.now() + 1);
    return effect();
  }

  /** Reads whose answers no other actor can change take no step: the evidence, the override, the standby signals, the sessions. */
  #portsOf(monitor: string): Ports {
    const { groups } = this.#account.chime;
    const seen = (): VoiceConnectorGroup => {
      const { createdAt, updatedAt } = groups.get(region, groupId);
      const group = this.group();
      const { callDistributionType } = group;
      return { ...group, callDistributionType, items: listed(group), ...identity, createdAt, updatedAt };
    };
    const count = (at: number, by: 1 | -1): readonly UnrecordedRegion[] => {
      const startsAt = Math.floor(at / minute) * minute;
      this.#notes.set(startsAt, (this.#notes.get(startsAt) ?? 0) + by);
      return [];
    };
    const noted = (): readonly number[] => [...this.#notes].flatMap(([at, count]) => (count > 0 ? [at] : []));
    return {
      groups: {
        controlRegions: [region],
        list: () =>
          this.#step(monitor, 'list', () => ({ groups: [seen()], connectors: listedConnectors, problems: [] })),
        read: () => this.#step(monitor, 'read', () => ({ kind: 'read', group: seen() })),
        readReachability: () =>
          Promise.resolve({ kind: 'read', lastOptionsPingAt: now - 20_000, origination: 'ready' as const }),
      },
      metrics: { read: (request) => Promise.resolve(readingsOf(request)) },
      changes: {
        read: () =>
          this.#step(monitor, 'read changes', () => {
            const changedAt = noted();
            const record = {
              kind: 'read' as const,
              changedAt,
              demotedAt: new Map([['vc-east', changedAt]]),
              promotedAt: new Map([['vc-west', changedAt]]),
              drilledAt: [],
              ordersSeen: [],
              localFailovers: new Map(),
            };
            return { record, problems: [] };
          }),
        drills: () => Promise.reject(new Error('no drill runs here')),
        changedAt: () => Promise.reject(new Error('no preflight runs here')),
      },
      lastOrders: () => Promise.reject(new Error('nobody asks for the status here')),
      overrides: {
        read: () =>
          Promise.resolve({
            of: () => ({ kind: 'none' }),
            putAt: () => undefined,
            changedAt: () => undefined,
            stored: [],
            unread: [],
            problems: [],
          }),
      },
      groupWriter: {
        update: ({ name, callDistributionType }, items) =>
          this.#step(monitor, 'write', () => {
            const written = items.map(({ voiceConnectorId, priority = 0 }) => ({ voiceConnectorId, priority }));
            this.writes.push({ monitor, items: written });
            if (callDistributionType !== before.callDistributionType) throw new Error('not what was read');
            groups.update(region, groupId, { name, items: written, callDistributionType });
            return { kind: 'accepted' };
          }),
      },
      changeRecorder: {
        recordOrders: () => Promise.resolve([]),
        // A record is repeated only in Regions that missed it, and here none does.
        recordChange: (_group, _move, at, _signal, regions) =>
          regions === undefined ? this.#step(monitor, 'record', () => count(at, 1)) : Promise.resolve([]),
        retractChange: (_group, _move, at) => this.#step(monitor, 'retract', () => count(at, -1)),
      },
      overrideWriter: {
        put: () => Promise.reject(new Error('no override is put here')),
        remove: () => Promise.reject(new Error('there is no override to remove')),
      },
      eventBus: {
        send: (events) => {
          for (const event of events) this.events.push({ monitor, event });
          return Promise.resolve([]);
        },
      },
      outbox: { send: () => Promise.resolve([]) },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      telemetry: { publish: () => undefined },
      clock: () => this.#clock.now(),
      serverTimes: () => [],
      random: () => 0.5,
      sleep: () => Promise.resolve(),
    };
  }
}

const connectors = [
  ['vc-east', 'us-east-1'],
  ['vc-west', 'us-west-2'],
  ['vc-far', 'us-west-2'],
] as const;

const listedConnectors: ReadonlyMap<string, ListedConnector> = new Map(
  connectors.map(([voiceConnectorId, itsRegion]) => [
    voiceConnectorId,
    { voiceConnectorId, region: itsRegion, controlRegion: region },
  ]),
);

const identity = { voiceConnectorGroupId: groupId, controlRegion: region };

function listed({ items }: GroupSettings) {
  return items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));
}

/** Half of the calls of `vc-east` have been failing for ten minutes; the others have none. */
function readingsOf({ connectors: asked, metrics, periodSeconds, from, until }: MetricsRequest) {
  const minutes = periodSeconds === 60 ? failingMinutes(from, until) : pastSlots;
  const nothing: MetricsReading = { kind: 'read', minutes: [] };
  return new Map(
    asked.map(({ voiceConnectorId }) => [
      voiceConnectorId,
      voiceConnectorId === 'vc-east' && metrics.includes('InboundCallAttempts') ? minutes : nothing,
    ]),
  );
}

function failingMinutes(from: number, until: number): MetricsReading {
  return readingOf(from, until, minute, (startsAt) => (until - startsAt <= 10 * minute ? 12 : 0));
}

function readingOf(
  from: number,
  until: number,
  period: number,
  failuresAt: (startsAt: number) => number,
): MetricsReading {
  const length = (until - from) / period;
  return {
    kind: 'read',
    minutes: Array.from({ length }, (_, place) => {
      const startsAt = from + place * period;
      return {
        startsAt,
        InboundCallAttempts: (24 * period) / minute,
        InboundCallFailures: failuresAt(startsAt),
      };
    }),
  };
}

/** The same object for all monitors in all orders, so that the judge learns from it only once. */
const pastSlots = readingOf(now - 15 * 24 * hour, now, 30 * minute, () => 0);
