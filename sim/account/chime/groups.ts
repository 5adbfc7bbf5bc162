import * as z from 'zod';
import type { EpochMs } from '../../clock.ts';
import type { CallDistributionType, RoutedGroup } from '../../world/ports.ts';
import { chimeError } from '../errors.ts';
import type { IdCounter } from '../ids.ts';
import { whenOf, whenSchema } from '../kept.ts';
import { listingName, pageOf, type Page } from '../paging.ts';
import { badToken, requireName, requirePageSize, type ListRequest } from './rules.ts';

export type VoiceConnectorItem = { readonly voiceConnectorId: string; readonly priority?: number | undefined };

/** The settings of a group. An update replaces all of them. */
export type GroupSettings = {
  readonly name: string;
  readonly items: readonly VoiceConnectorItem[];
  readonly callDistributionType?: CallDistributionType | undefined;
};

/** A group as the API returns it. */
export type VoiceConnectorGroup = GroupSettings & {
  readonly voiceConnectorGroupId: string;
  /** The Region whose endpoint created it. */
  readonly createdIn: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
};

/** When an accepted change becomes visible. */
export type Propagation = {
  /** Delay until List and Get return it; `never`: the update is accepted and lost. */
  readonly visibleAfterMs: number | 'never';
  /** Delay until calls are routed by it. Default: `visibleAfterMs`. */
  readonly routedAfterMs?: number | 'never' | undefined;
};

/** A group for {@link Groups.seed}, valid or not. */
export type GroupSeed = Partial<GroupSettings> & {
  readonly voiceConnectorGroupId?: string;
  /** Default `us-east-1`. */
  readonly createdIn?: string;
  /** Default: now. */
  readonly createdAt?: EpochMs;
  /** Default: `createdAt`. */
  readonly updatedAt?: EpochMs;
};

type Revision = {
  readonly settings: GroupSettings;
  readonly updatedAt: EpochMs;
  readonly visibleAt: EpochMs;
  readonly routedAt: EpochMs;
};
type Stored = {
  readonly voiceConnectorGroupId: string;
  readonly createdIn: string;
  readonly createdAt: EpochMs;
  /** In the order of acceptance. Readers get the last visible one. */
  revisions: readonly Revision[];
};

export const groupsSchema = z
  .array(
    z.object({
      voiceConnectorGroupId: z.string(),
      createdIn: z.string(),
      createdAt: z.number(),
      revisions: z
        .array(
          z.object({
            settings: z.object({
              name: z.string(),
              items: z.array(z.object({ voiceConnectorId: z.string(), priority: z.number().optional() })).readonly(),
              callDistributionType: z.enum(['PriorityWeightedDistribution', 'LoadBalancedDistribution']).optional(),
            }),
            updatedAt: z.number(),
            visibleAt: whenSchema,
            routedAt: whenSchema,
          }),
        )
        .readonly(),
    }),
  )
  .readonly();

/** Whether the endpoints of other Regions return a group. AWS does not document it; both behaviours have been reported. */
export type ResourceVisibility = 'creating-region-only' | 'everywhere';

/** The documented limit of "3 VoiceConnectorItems per Voice Connector group". */
const maxItems = 3;

export class Groups {
  visibility: ResourceVisibility = 'creating-region-only';
  /** The quota "Voice Connector groups": 3 per account, raised on request. */
  quota = 3;
  /** Applies to every update accepted from now on. */
  updatePropagation: Propagation = { visibleAfterMs: 0 };
  /** Applies to every group created from now on. Terraform waits up to a minute for a new group to become visible. */
  createPropagation: Propagation = { visibleAfterMs: 0 };
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #connectorExists: (voiceConnectorId: string) => boolean;
  readonly #groups = new Map<string, Stored>();
  #conflictsLeft = 0;

  constructor(dependencies: {
    readonly now: () => EpochMs;
    readonly ids: IdCounter;
    readonly connectorExists: (voiceConnectorId: string) => boolean;
  }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
    this.#connectorExists = dependencies.connectorExists;
  }

  /** Adds a group without validation. Returns its id. */
  seed(seed: GroupSeed): string {
    const voiceConnectorGroupId = seed.voiceConnectorGroupId ?? this.#ids.opaque();
    const createdAt = seed.createdAt ?? this.#now();
    const settings = {
      name: seed.name ?? voiceConnectorGroupId,
      items: seed.items ?? [],
      callDistributionType: seed.callDistributionType,
    };
    const revision = { settings, updatedAt: seed.updatedAt ?? createdAt, visibleAt: -Infinity, routedAt: -Infinity };
    const createdIn = seed.createdIn ?? 'us-east-1';
    this.#groups.set(voiceConnectorGroupId, { voiceConnectorGroupId, createdIn, createdAt, revisions: [revision] });
    return voiceConnectorGroupId;
  }

  /** Every group with its accepted changes, for {@link groupsSchema}. */
  kept(): z.input<typeof groupsSchema> {
    return [...this.#groups.values()].map((group) => ({
      ...group,
      revisions: group.revisions.map((each) => ({
        ...each,
        visibleAt: whenOf(each.visibleAt),
        routedAt: whenOf(each.routedAt),
      })),
    }));
  }

  /** Replaces all groups by these. */
  restore(groups: readonly Stored[]): void {
    this.#groups.clear();
    for (const group of groups) this.#groups.set(group.voiceConnectorGroupId, { ...group });
  }

  /** The next `times` updates and deletes are answered with ConflictException, "made simultaneously". */
  conflictNext(times = 1): void {
    this.#conflictsLeft = times;
  }

  list(region: string, request: ListRequest): Page<VoiceConnectorGroup> {
    const groups = [...this.#groups.values()].flatMap((group) => this.#shownAt(region, group) ?? []);
    return pageOf(groups, {
      listing: listingName('ListVoiceConnectorGroups', region),
      nextToken: request.nextToken,
      size: requirePageSize(request.maxResults),
      refuse: badToken,
    });
  }

  /** @throws NotFoundException if this Region's endpoint has no such group. */
  get(region: string, voiceConnectorGroupId: string): VoiceConnectorGroup {
    const stored = this.#groups.get(voiceConnectorGroupId);
    const shown = stored && this.#shownAt(region, stored);
    if (!shown) throw chimeError('NotFound', `Voice Connector group ${voiceConnectorGroupId} was not found`);
    return shown;
  }

  create(region: string, settings: GroupSettings): VoiceConnectorGroup {
    this.#requireLegal(settings);
    if (this.#groups.size >= this.quota) {
      throw chimeError('ResourceLimitExceeded', `The account already has ${this.quota} Voice Connector groups`);
    }
    const createdAt = this.#now();
    const stored: Stored = {
      voiceConnectorGroupId: this.#ids.opaque(),
      createdIn: region,
      createdAt,
      revisions: [revisionOf(settings, createdAt, this.createPropagation)],
    };
    this.#groups.set(stored.voiceConnectorGroupId, stored);
    return shownAs(stored, settings, createdAt);
  }

  /** Replaces all settings: an omitted call distribution is removed. Returns the accepted settings, visible or not. */
  update(region: string, voiceConnectorGroupId: string, settings: GroupSettings): VoiceConnectorGroup {
    const { stored } = this.#changeable(region, voiceConnectorGroupId);
    this.#requireLegal(settings);
    const updatedAt = this.#now();
    stored.revisions = [...stored.revisions, revisionOf(settings, updatedAt, this.updatePropagation)];
    return shownAs(stored, settings, updatedAt);
  }

  /** @throws ConflictException while the group has members: "you must unassign all" of them first. */
  delete(region: string, voiceConnectorGroupId: string): void {
    const { shown } = this.#changeable(region, voiceConnectorGroupId);
    if (shown.items.length > 0) {
      const message = `Voice Connector group ${voiceConnectorGroupId} still has ${shown.items.length} Voice Connectors`;
      throw chimeError('VoiceConnectorGroupAssociationsExist', message);
    }
    this.#groups.delete(voiceConnectorGroupId);
  }

  /** Whether any group in any Region routes calls to this Voice Connector now. */
  isMember(voiceConnectorId: string): boolean {
    return this.routed().some((group) => group.items.some((item) => item.voiceConnectorId === voiceConnectorId));
  }

  /** Every group as calls are currently routed. */
  routed(): readonly RoutedGroup[] {
    const now = this.#now();
    return [...this.#groups.values()].flatMap(({ voiceConnectorGroupId, revisions }) => {
      const settings = revisions.findLast((revision) => revision.routedAt <= now)?.settings;
      if (!settings) return [];
      return {
        voiceConnectorGroupId,
        callDistributionType: settings.callDistributionType ?? 'PriorityWeightedDistribution',
        items: settings.items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority })),
      };
    });
  }

  #changeable(
    region: string,
    voiceConnectorGroupId: string,
  ): { readonly stored: Stored; readonly shown: VoiceConnectorGroup } {
    const stored = this.#groups.get(voiceConnectorGroupId);
    const shown = stored && this.#shownAt(region, stored);
    if (!shown) throw chimeError('NotFound', `Voice Connector group ${voiceConnectorGroupId} was not found`);
    if (this.#conflictsLeft > 0) {
      this.#conflictsLeft -= 1;
      throw chimeError('Conflict', 'Multiple instances of the same request were made simultaneously');
    }
    return { stored, shown };
  }

  #shownAt(region: string, stored: Stored): VoiceConnectorGroup | undefined {
    if (this.visibility === 'creating-region-only' && stored.createdIn !== region) return undefined;
    const now = this.#now();
    const revision = stored.revisions.findLast(({ visibleAt }) => visibleAt <= now);
    return revision && shownAs(stored, revision.settings, revision.updatedAt);
  }

  #requireLegal({ name, items, callDistributionType }: GroupSettings): void {
    requireName(name);
    if (items.length > maxItems) {
      throw chimeError('BadRequest', `VoiceConnectorItems has ${items.length} items, at most ${maxItems} are allowed`);
    }
    for (const item of items) requireLegalPriority(item, callDistributionType);
    const ids = items.map(({ voiceConnectorId }) => voiceConnectorId);
    const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
    if (duplicate !== undefined) throw chimeError('BadRequest', `Voice Connector ${duplicate} is named twice`);
    const unknown = ids.find((id) => !this.#connectorExists(id));
    if (unknown !== undefined) throw chimeError('NotFound', `Voice Connector ${unknown} was not found`);
  }
}

/** The priority may be omitted only where the calls are not distributed by priority. */
function requireLegalPriority(
  { voiceConnectorId, priority }: VoiceConnectorItem,
  type: CallDistributionType | undefined,
): void {
  if (priority === undefined) {
    if (type === 'LoadBalancedDistribution') return;
    throw chimeError('BadRequest', `Voice Connector ${voiceConnectorId} has no Priority`);
  }
  if (!Number.isInteger(priority) || priority < 1 || priority > 99) {
    throw chimeError(
      'BadRequest',
      `Priority ${priority} of Voice Connector ${voiceConnectorId} is not between 1 and 99`,
    );
  }
}

function revisionOf(settings: GroupSettings, acceptedAt: EpochMs, propagation: Propagation): Revision {
  const { visibleAfterMs, routedAfterMs = visibleAfterMs } = propagation;
  const after = (delayMs: number | 'never') => (delayMs === 'never' ? Infinity : acceptedAt + delayMs);
  return { settings, updatedAt: acceptedAt, visibleAt: after(visibleAfterMs), routedAt: after(routedAfterMs) };
}

function shownAs(stored: Stored, settings: GroupSettings, updatedAt: EpochMs): VoiceConnectorGroup {
  const { voiceConnectorGroupId, createdIn, createdAt } = stored;
  return { voiceConnectorGroupId, createdIn, createdAt, ...settings, updatedAt };
}
