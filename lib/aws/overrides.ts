/** Parameter Store: reading operator overrides, stored as `<path>/all` or `<path>/<group id>` in the Regions that monitors run in. */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { EpochMs } from '../core/model/time.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { isInForce, parseOverride } from '../input/override.ts';
import type { OverridesPort, OverridesReading, StoredOverride } from '../ports.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

const none: OverrideState = { kind: 'none' };

type Group = Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>;

/** The overrides stored in one Region, by key: a group's id, or `all`. */
type RegionReading =
  | {
      readonly kind: 'read';
      readonly stored: ReadonlyMap<string, StoredOverride>;
      readonly changedAt: ReadonlyMap<string, EpochMs>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

export class Overrides implements OverridesPort {
  readonly #clientOf: (region: string) => SSMClient;
  readonly #regions: readonly string[];
  readonly #path: string;

  /**
   * @param regions every Region that a monitor of these groups runs in; an override in any of them applies to all monitors
   * @param path prefix of the parameters' names, with a leading slash and no trailing slash
   */
  constructor(options: {
    readonly clientOf: (region: string) => SSMClient;
    readonly regions: readonly string[];
    readonly path: string;
  }) {
    this.#clientOf = options.clientOf;
    this.#regions = options.regions;
    this.#path = options.path;
  }

  async read(signal: AbortSignal): Promise<OverridesReading> {
    const readings = await Promise.all(
      this.#regions.map(async (region) => ({ region, reading: await this.#readIn(region, signal) })),
    );
    const readable = readings.flatMap(({ reading }) => (reading.kind === 'read' ? [reading] : []));
    return {
      of: (group: Group, at: EpochMs) => strictest(readings.map(({ reading }) => overrideIn(reading, group, at))),
      changedAt: ({ voiceConnectorGroupId }: Group) => {
        const times = readable.flatMap(({ changedAt }) =>
          [voiceConnectorGroupId, 'all'].flatMap((key) => changedAt.get(key) ?? []),
        );
        return times.length === 0 ? undefined : Math.max(...times);
      },
      stored: readable.flatMap(({ stored }) => [...stored.values()]),
      problems: readings.flatMap(({ region, reading }) =>
        reading.kind === 'unreadable'
          ? [{ doing: `reading the overrides in ${region}`, message: reading.message }]
          : [],
      ),
    };
  }

  async #readIn(region: string, signal: AbortSignal): Promise<RegionReading> {
    const stored = new Map<string, StoredOverride>();
    const changedAt = new Map<string, EpochMs>();
    try {
      const input = { Path: this.#path, Recursive: true, MaxResults: 10 };
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(new GetParametersByPathCommand({ ...input, NextToken }), options),
      );
      for await (const page of pages) {
        for (const { Name: name = '', Value: value = '', LastModifiedDate: modified } of page.Parameters ?? []) {
          const key = name.slice(this.#path.length + 1);
          stored.set(key, { key, region, override: parseOverride(name, value), text: value });
          if (modified !== undefined) changedAt.set(key, modified.getTime());
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'read', stored, changedAt };
  }
}

/** A group's own override takes precedence over the one for all groups, but a pause of all groups also stops drills. */
function overrideIn(reading: RegionReading, { voiceConnectorGroupId }: Group, at: EpochMs): OverrideState {
  if (reading.kind === 'unreadable') return reading;
  const inForce = (key: string): OverrideState => {
    const override = reading.stored.get(key)?.override;
    return override !== undefined && isInForce(override, at) ? override : none;
  };
  const own = inForce(voiceConnectorGroupId);
  const forAll = inForce('all');
  const isPaused = forAll.kind === 'pause' || forAll.kind === 'unparseable';
  return own.kind === 'none' || (own.kind === 'drill' && isPaused) ? forAll : own;
}

/** The most restrictive of the Regions' overrides; of two equally restrictive ones that of the first Region, for every monitor alike. */
function strictest(overrides: readonly OverrideState[]): OverrideState {
  const order: readonly (readonly OverrideState['kind'][])[] = [
    ['pause', 'unparseable'],
    ['drill'],
    ['pin'],
    ['unreadable'],
  ];
  for (const kinds of order) {
    const found = overrides.find(({ kind }) => kinds.includes(kind));
    if (found !== undefined) return found;
  }
  return none;
}
