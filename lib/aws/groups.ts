/** Amazon Chime SDK Voice: reading groups, Voice Connectors and their reachability. */
import {
  GetVoiceConnectorGroupCommand,
  GetVoiceConnectorOriginationCommand,
  GetVoiceConnectorTerminationHealthCommand,
  ListVoiceConnectorGroupsCommand,
  ListVoiceConnectorsCommand,
  type ChimeSDKVoiceClient,
} from '@aws-sdk/client-chime-sdk-voice';
import * as z from 'zod';
import type { Problem } from '../core/model/outcome.ts';
import type { Reachability } from '../core/model/observation.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { GroupReading, GroupsPort, Inventory, ListedConnector } from '../ports.ts';
import { parse } from '../input/validation.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { limited, pagesOf, type ListingLimits } from './client.ts';
import { inEachRegion, type Patience } from './patience.ts';
import { refusalOf } from './refusal.ts';
import { collect, unionById, type Listing } from './listing.ts';

/** The service's largest page. */
const pageSize = 100;

const groupSchema = z.object({
  VoiceConnectorGroupId: z.string().min(1),
  Name: z.string().min(1),
  CallDistributionType: z.string().nullish(),
  VoiceConnectorItems: z
    .array(z.object({ VoiceConnectorId: z.string().min(1), Priority: z.int().nullish() }))
    .nullish(),
  CreatedTimestamp: z.date().nullish(),
  UpdatedTimestamp: z.date().nullish(),
});

const connectorSchema = z.object({ VoiceConnectorId: z.string().min(1), AwsRegion: z.string().nullish() });

function toGroup(response: unknown, controlRegion: string): VoiceConnectorGroup {
  const group = parse(groupSchema, response, `the Voice Connector group returned by ${controlRegion}`);
  return {
    voiceConnectorGroupId: group.VoiceConnectorGroupId,
    name: group.Name,
    controlRegion,
    callDistributionType: group.CallDistributionType ?? undefined,
    items: (group.VoiceConnectorItems ?? []).map(({ VoiceConnectorId, Priority }) => ({
      voiceConnectorId: VoiceConnectorId,
      priority: Priority ?? undefined,
    })),
    createdAt: group.CreatedTimestamp?.getTime(),
    updatedAt: group.UpdatedTimestamp?.getTime(),
  };
}

/** AWS's clock and ours may differ by this much; what is further ahead is no time at which something happened. */
const maxAheadMs = 2 * minuteMs;

export class Groups implements GroupsPort {
  readonly #clock: () => EpochMs;
  readonly #clientOf: (region: string) => ChimeSDKVoiceClient;
  readonly #patience: Patience | undefined;
  readonly #limits: ListingLimits;
  readonly controlRegions: readonly string[];

  /**
   * @param controlRegions the Regions whose endpoints list groups and Voice Connectors. The first has precedence for one that several list
   */
  constructor(options: {
    readonly clientOf: (region: string) => ChimeSDKVoiceClient;
    readonly controlRegions: readonly string[];
    readonly clock: () => EpochMs;
    /** Default: every Region is waited for. */
    readonly patience?: Patience | undefined;
    /** Default: those of every listing. */
    readonly limits?: ListingLimits;
  }) {
    this.#clock = options.clock;
    this.#patience = options.patience;
    this.#limits = options.limits ?? {};
    this.#clientOf = options.clientOf;
    this.controlRegions = options.controlRegions;
  }

  #isAhead(at: EpochMs | undefined): at is EpochMs {
    return at !== undefined && at > this.#clock() + maxAheadMs;
  }

  /** Without a time of the last change if AWS's is in the future: no cooldown could be computed from it. */
  #usable(group: VoiceConnectorGroup): VoiceConnectorGroup {
    return this.#isAhead(group.updatedAt) ? { ...group, updatedAt: undefined } : group;
  }

  async list(signal: AbortSignal): Promise<Inventory> {
    const listings = await inEachRegion(this.#patience, 'chime', this.controlRegions, signal, (region, inTime) =>
      Promise.all([this.#listGroups(region, inTime), this.#listConnectors(region, inTime)]),
    );
    const groups = listings.map(([ofGroups]) => ofGroups);
    const connectors = listings.map(([, ofConnectors]) => ofConnectors);
    return {
      groups: [...unionById(groups, ({ voiceConnectorGroupId }) => voiceConnectorGroupId).values()],
      connectors: unionById(connectors, ({ voiceConnectorId }) => voiceConnectorId),
      problems: [...groups, ...connectors].flatMap(({ problems }) => problems),
    };
  }

  async #listGroups(controlRegion: string, signal: AbortSignal): Promise<Listing<VoiceConnectorGroup>> {
    const client = this.#clientOf(controlRegion);
    const ahead: Problem[] = [];
    const listing = await collect(
      `listing Voice Connector groups in ${controlRegion}`,
      pagesOf(
        signal,
        (NextToken, options) =>
          client.send(new ListVoiceConnectorGroupsCommand({ MaxResults: pageSize, NextToken }), options),
        this.#limits,
      ),
      (page) => page.VoiceConnectorGroups ?? [],
      (response) => {
        const group = toGroup(response, controlRegion);
        if (this.#isAhead(group.updatedAt)) ahead.push(changedInTheFuture(group, group.updatedAt));
        return this.#usable(group);
      },
    );
    return { ...listing, problems: [...listing.problems, ...ahead] };
  }

  #listConnectors(controlRegion: string, signal: AbortSignal): Promise<Listing<ListedConnector>> {
    const client = this.#clientOf(controlRegion);
    return collect(
      `listing Voice Connectors in ${controlRegion}`,
      pagesOf(
        signal,
        (NextToken, options) =>
          client.send(new ListVoiceConnectorsCommand({ MaxResults: pageSize, NextToken }), options),
        this.#limits,
      ),
      (page) => page.VoiceConnectors ?? [],
      (item) => {
        const connector = parse(connectorSchema, item, `a Voice Connector returned by ${controlRegion}`);
        return {
          voiceConnectorId: connector.VoiceConnectorId,
          region: connector.AwsRegion ?? controlRegion,
          controlRegion,
        };
      },
    );
  }

  async read(
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<GroupReading> {
    const command = new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: group.voiceConnectorGroupId });
    try {
      const response = await this.#clientOf(group.controlRegion).send(command, limited(signal));
      return { kind: 'read', group: this.#usable(toGroup(response.VoiceConnectorGroup, group.controlRegion)) };
    } catch (error) {
      return { kind: 'failed', refusal: refusalOf(error) };
    }
  }

  async readReachability(
    { voiceConnectorId, controlRegion }: ListedConnector,
    within: AbortSignal,
  ): Promise<Reachability> {
    const signal = this.#patience?.signalFor(controlRegion, within) ?? within;
    const client = this.#clientOf(controlRegion);
    const input = { VoiceConnectorId: voiceConnectorId };
    try {
      const [lastOptionsPingAt, origination] = await Promise.all([
        client
          .send(new GetVoiceConnectorTerminationHealthCommand(input), limited(signal))
          .then(({ TerminationHealth }) => TerminationHealth?.Timestamp?.getTime(), absentIfNotFound),
        client
          .send(new GetVoiceConnectorOriginationCommand(input), limited(signal))
          .then(({ Origination }) => Origination, absentIfNotFound),
      ]);
      const routed = (origination?.Routes ?? []).length > 0;
      const state = origination?.Disabled === true ? 'disabled' : routed ? 'ready' : 'no-route';
      if (!this.#isAhead(lastOptionsPingAt)) return { kind: 'read', lastOptionsPingAt, origination: state };
      const ignored = `AWS reports an OPTIONS ping at ${iso(lastOptionsPingAt)}, more than 2 min ahead of our clock: it is not used`;
      return { kind: 'read', lastOptionsPingAt: undefined, origination: state, ignored };
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
  }
}

function changedInTheFuture({ voiceConnectorGroupId }: VoiceConnectorGroup, at: EpochMs): Problem {
  return {
    doing: `reading when group ${voiceConnectorGroupId} was changed`,
    message: `AWS reports ${iso(at)}, more than 2 min ahead of our clock: it is not used`,
  };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** AWS returns NotFound for a setting that was never configured. */
function absentIfNotFound(error: unknown): undefined {
  if (refusalOf(error).kind !== 'not-found') throw error;
  return undefined;
}
