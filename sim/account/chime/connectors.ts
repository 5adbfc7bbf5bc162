import * as z from 'zod';
import type { EpochMs } from '../../clock.ts';
import { chimeError } from '../errors.ts';
import type { IdCounter } from '../ids.ts';
import { orUndefined } from '../kept.ts';
import { listingName, pageOf, type Page } from '../paging.ts';
import type { ResourceVisibility } from './groups.ts';
import { badToken, requireName, requirePageSize, type ListRequest } from './rules.ts';

/** The SIP host of the customer to which a Voice Connector delivers inbound calls. */
export type OriginationRoute = {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly priority: number;
  readonly weight: number;
};

export type Origination = { readonly routes: readonly OriginationRoute[]; readonly disabled: boolean };

/** What a Voice Connector writes to CloudWatch Logs. */
export type Logging = { readonly sipLogs: boolean; readonly mediaMetricLogs: boolean };

/** "The source IP address and timestamp of the last successful SIP OPTIONS message from your SIP infrastructure". */
export type OptionsPing = { readonly at: EpochMs; readonly source: string };

export type VoiceConnector = {
  readonly voiceConnectorId: string;
  /** The Region of its media and its metrics. */
  readonly awsRegion: string;
  /** The Region whose endpoint created it, which may differ from `awsRegion`. */
  readonly createdIn: string;
  readonly name: string;
  readonly requireEncryption: boolean;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** Undefined if it was never set. */
  readonly origination: Origination | undefined;
  readonly logging: Logging;
  /** Undefined if no ping was received. */
  readonly lastOptionsPing: OptionsPing | undefined;
};

const originationSchema = z.object({
  routes: z
    .array(
      z.object({
        host: z.string(),
        port: z.number(),
        protocol: z.enum(['TCP', 'UDP']),
        priority: z.number(),
        weight: z.number(),
      }),
    )
    .readonly(),
  disabled: z.boolean(),
});

export const connectorsSchema = z
  .array(
    z.object({
      voiceConnectorId: z.string(),
      awsRegion: z.string(),
      createdIn: z.string(),
      name: z.string(),
      requireEncryption: z.boolean(),
      createdAt: z.number(),
      updatedAt: z.number(),
      origination: orUndefined(originationSchema),
      logging: z.object({ sipLogs: z.boolean(), mediaMetricLogs: z.boolean() }),
      lastOptionsPing: orUndefined(z.object({ at: z.number(), source: z.string() })),
    }),
  )
  .readonly();

/** A Voice Connector for {@link Connectors.seed}. */
export type ConnectorSeed = {
  readonly voiceConnectorId?: string;
  /** Default `us-east-1`. */
  readonly awsRegion?: string;
  /** Default: `awsRegion`. */
  readonly createdIn?: string;
  readonly name?: string;
  readonly createdAt?: EpochMs;
  /** Default: enabled, with one route. `none`: never set. */
  readonly origination?: Origination | 'none';
  readonly lastOptionsPing?: OptionsPing;
};

/** The Regions of the endpoint table, which are also the values of `AwsRegion` in the model. */
export const voiceConnectorRegions = [
  'us-east-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
] as const;

/** From the 192.0.2.0/24 block that is reserved for documentation. */
const seededOrigination: Origination = {
  routes: [{ host: '192.0.2.10', port: 5060, protocol: 'UDP', priority: 1, weight: 1 }],
  disabled: false,
};

export class Connectors {
  visibility: ResourceVisibility = 'creating-region-only';
  /** The quota "Voice Connectors": 3 per Region, raised on request. */
  quotaPerRegion = 3;
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #connectors = new Map<string, VoiceConnector>();

  constructor(dependencies: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
  }

  /** Adds a Voice Connector without validation. Returns its id. */
  seed(seed: ConnectorSeed): string {
    const voiceConnectorId = seed.voiceConnectorId ?? this.#ids.opaque();
    const awsRegion = seed.awsRegion ?? 'us-east-1';
    const createdAt = seed.createdAt ?? this.#now();
    this.#connectors.set(voiceConnectorId, {
      voiceConnectorId,
      awsRegion,
      createdIn: seed.createdIn ?? awsRegion,
      name: seed.name ?? voiceConnectorId,
      requireEncryption: true,
      createdAt,
      updatedAt: createdAt,
      origination: seed.origination === 'none' ? undefined : (seed.origination ?? seededOrigination),
      logging: { sipLogs: false, mediaMetricLogs: false },
      lastOptionsPing: seed.lastOptionsPing,
    });
    return voiceConnectorId;
  }

  /** Replaces all of them by these. */
  restore(connectors: readonly VoiceConnector[]): void {
    this.#connectors.clear();
    for (const connector of connectors) this.#connectors.set(connector.voiceConnectorId, connector);
  }

  has(voiceConnectorId: string): boolean {
    return this.#connectors.has(voiceConnectorId);
  }

  /** Every Voice Connector of the account, whichever endpoint created it. */
  all(): readonly VoiceConnector[] {
    return [...this.#connectors.values()];
  }

  list(region: string, request: ListRequest): Page<VoiceConnector> {
    const shown = this.all().filter((connector) => this.#isShownAt(region, connector));
    return pageOf(shown, {
      listing: listingName('ListVoiceConnectors', region),
      nextToken: request.nextToken,
      size: requirePageSize(request.maxResults),
      refuse: badToken,
    });
  }

  /** @throws NotFoundException if this Region's endpoint has no such Voice Connector. */
  get(region: string, voiceConnectorId: string): VoiceConnector {
    const connector = this.#connectors.get(voiceConnectorId);
    if (!connector || !this.#isShownAt(region, connector)) {
      throw chimeError('NotFound', `Voice Connector ${voiceConnectorId} was not found`);
    }
    return connector;
  }

  create(
    region: string,
    request: { readonly name: string; readonly awsRegion?: string | undefined; readonly requireEncryption: boolean },
  ): VoiceConnector {
    requireName(request.name);
    const { awsRegion = region } = request;
    if (!voiceConnectorRegions.some((known) => known === awsRegion)) {
      throw chimeError('BadRequest', `AwsRegion ${awsRegion} has no Voice Connectors`);
    }
    if (this.all().filter((connector) => connector.awsRegion === awsRegion).length >= this.quotaPerRegion) {
      throw chimeError('ResourceLimitExceeded', `${awsRegion} already has ${this.quotaPerRegion} Voice Connectors`);
    }
    const voiceConnectorId = this.seed({ name: request.name, awsRegion, createdIn: region, origination: 'none' });
    return this.#replace(voiceConnectorId, { requireEncryption: request.requireEncryption });
  }

  delete(region: string, voiceConnectorId: string): void {
    this.get(region, voiceConnectorId);
    this.#connectors.delete(voiceConnectorId);
  }

  /** @throws BadRequestException outside the documented limits: 10 routes, port to 65535, priority and weight 1..100. */
  putOrigination(region: string, voiceConnectorId: string, origination: Origination): Origination {
    this.get(region, voiceConnectorId);
    if (origination.routes.length > 10) {
      throw chimeError('BadRequest', `Origination has ${origination.routes.length} routes, at most 10 are allowed`);
    }
    for (const { port, priority, weight } of origination.routes) {
      requireBetween('Port', port, 0, 65_535);
      requireBetween('Priority', priority, 1, 100);
      requireBetween('Weight', weight, 1, 100);
    }
    this.#replace(voiceConnectorId, { origination, updatedAt: this.#now() });
    return origination;
  }

  putLogging(region: string, voiceConnectorId: string, logging: Logging): Logging {
    this.get(region, voiceConnectorId);
    this.#replace(voiceConnectorId, { logging, updatedAt: this.#now() });
    return logging;
  }

  /** @throws RangeError if there is no such Voice Connector, because the world and the account then disagree. */
  recordOptionsPing(voiceConnectorId: string, lastOptionsPing: OptionsPing): void {
    this.#replace(voiceConnectorId, { lastOptionsPing });
  }

  #replace(voiceConnectorId: string, changes: Partial<VoiceConnector>): VoiceConnector {
    const connector = this.#connectors.get(voiceConnectorId);
    if (!connector) throw new RangeError(`there is no Voice Connector ${voiceConnectorId}`);
    const changed = { ...connector, ...changes };
    this.#connectors.set(voiceConnectorId, changed);
    return changed;
  }

  #isShownAt(region: string, connector: VoiceConnector): boolean {
    return this.visibility === 'everywhere' || connector.createdIn === region;
  }
}

function requireBetween(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw chimeError('BadRequest', `${name} ${value} is not between ${min} and ${max}`);
}
