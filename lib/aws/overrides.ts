/** Parameter Store: reading operator overrides, stored as `<path>/all`, `<path>/<group id>` or `<path>/<group name>` in the Regions that monitors run in. */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { EpochMs } from '../core/model/time.ts';
import { parseOverride } from '../input/override.ts';
import { isKeyOf, isKeyOfAll, overrideInForce, strictest, type OverrideInForce } from '../input/override-keys.ts';
import type { OverridesPort, OverridesReading, StoredOverride } from '../ports.ts';
import { pagesOf } from './client.ts';
import { inEachRegion, type Patience } from './patience.ts';
import { refusalOf } from './refusal.ts';

type Group = Parameters<OverridesReading['of']>[0];

/** The overrides stored in one Region. */
type RegionReading =
  | { readonly kind: 'read'; readonly stored: readonly StoredOverride[] }
  | { readonly kind: 'unreadable'; readonly message: string };

export class Overrides implements OverridesPort {
  readonly #clientOf: (region: string) => SSMClient;
  readonly #regions: readonly string[];
  readonly #path: string;
  readonly #patience: Patience | undefined;

  /**
   * @param regions every Region that a monitor of these groups runs in; an override in any of them applies to all monitors
   * @param path prefix of the parameters' names, with a leading slash and no trailing slash
   */
  constructor(options: {
    readonly clientOf: (region: string) => SSMClient;
    readonly regions: readonly string[];
    readonly path: string;
    /** Default: every Region is waited for. */
    readonly patience?: Patience | undefined;
  }) {
    this.#clientOf = options.clientOf;
    this.#regions = options.regions;
    this.#path = options.path;
    this.#patience = options.patience;
  }

  async read(signal: AbortSignal): Promise<OverridesReading> {
    const readings = await inEachRegion(this.#patience, 'ssm', this.#regions, signal, async (region, inTime) => ({
      region,
      reading: await this.#readIn(region, inTime),
    }));
    const stored = readings.flatMap(({ reading }) => (reading.kind === 'read' ? reading.stored : []));
    const inForce = (group: Group, at: EpochMs, hasSharedName: boolean): OverrideInForce =>
      strictest(
        readings.map(({ reading }) =>
          reading.kind === 'unreadable'
            ? { override: reading, putAt: undefined }
            : overrideInForce(reading.stored, group, at, hasSharedName),
        ),
      );
    return {
      of: (group, at, hasSharedName = false) => inForce(group, at, hasSharedName).override,
      putAt: (group, at, hasSharedName = false) => inForce(group, at, hasSharedName).putAt,
      changedAt: (group) => {
        const times = stored.flatMap(({ key, putAt }) => (isKeyOf(key, group) || isKeyOfAll(key) ? (putAt ?? []) : []));
        return times.length === 0 ? undefined : Math.max(...times);
      },
      stored,
      unread: readings.flatMap(({ region, reading }) => (reading.kind === 'unreadable' ? [region] : [])),
      problems: readings.flatMap(({ region, reading }) =>
        reading.kind === 'unreadable'
          ? [{ doing: `reading the overrides in ${region}`, message: reading.message }]
          : [],
      ),
    };
  }

  async #readIn(region: string, signal: AbortSignal): Promise<RegionReading> {
    const stored: StoredOverride[] = [];
    try {
      const input = { Path: this.#path, Recursive: true, MaxResults: 10 };
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(new GetParametersByPathCommand({ ...input, NextToken }), options),
      );
      for await (const page of pages) {
        for (const { Name: name = '', Value: value = '', LastModifiedDate: modified } of page.Parameters ?? []) {
          const key = name.slice(this.#path.length + 1);
          const override = parseOverride(name, value);
          stored.push({ key, region, override, text: value, putAt: modified?.getTime() });
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'read', stored };
  }
}
