/** Parameter Store: the operator's word, as `<path>/all` or `<path>/<group id>`, in any Region that a monitor runs in. */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { EpochMs, Override, VoiceConnectorGroup } from '../core/model.ts';
import type { OverridesPort, OverridesReading } from '../ports.ts';
import { parse } from '../validation.ts';
import { pagesOf, refusalOf } from './client.ts';

const overrideSchema = z.strictObject({
  action: z.enum(['pause', 'pin']),
  by: z.string().min(1),
  reason: z.string().min(1),
  until: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});

const none: Override = { kind: 'none' };

const parseOverride = (name: string, value: string | undefined): Override => {
  try {
    const json: unknown = JSON.parse(value ?? '');
    const { action, ...rest } = parse(overrideSchema, json, name);
    return { kind: action, ...rest };
  } catch (error) {
    return { kind: 'unparseable', message: `${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** What has run out is as good as gone. */
const inForce = (override: Override | undefined, at: EpochMs): Override | undefined =>
  override !== undefined && 'until' in override && override.until <= at ? undefined : override;

type Group = Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>;

/** What was said in one Region, by the last part of the parameter's name. */
type Said =
  | {
      readonly kind: 'read';
      readonly byKey: ReadonlyMap<string, Override>;
      readonly changedAt: ReadonlyMap<string, EpochMs>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

export class Overrides implements OverridesPort {
  readonly #clientOf: (region: string) => SSMClient;
  readonly #regions: readonly string[];
  readonly #path: string;

  /**
   * @param regions every Region that a monitor of these groups runs in; a word in any of them is heard by all
   * @param path where the parameters live, beginning with a slash and ending without one
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
    const said = await Promise.all(this.#regions.map((region) => this.#readIn(region, signal)));
    return {
      of: (group: Group, at: EpochMs) => strictest(said.map((one) => wordIn(one, group, at))),
      changedAt: ({ voiceConnectorGroupId }: Group) => {
        const times = said.flatMap((one) =>
          one.kind === 'read' ? [voiceConnectorGroupId, 'all'].flatMap((key) => one.changedAt.get(key) ?? []) : [],
        );
        return times.length === 0 ? undefined : Math.max(...times);
      },
      problems: said.flatMap((one, place) =>
        one.kind === 'unreadable'
          ? [{ doing: `reading the overrides in ${this.#regions[place] ?? ''}`, message: one.message }]
          : [],
      ),
    };
  }

  async #readIn(region: string, signal: AbortSignal): Promise<Said> {
    const byKey = new Map<string, Override>();
    const changedAt = new Map<string, EpochMs>();
    try {
      const question = { Path: this.#path, Recursive: true, MaxResults: 10 };
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(new GetParametersByPathCommand({ ...question, NextToken }), options),
      );
      for await (const page of pages) {
        for (const { Name: name = '', Value: value, LastModifiedDate: modified } of page.Parameters ?? []) {
          const key = name.slice(this.#path.length + 1);
          byKey.set(key, parseOverride(name, value));
          if (modified !== undefined) changedAt.set(key, modified.getTime());
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'read', byKey, changedAt };
  }
}

const wordIn = (said: Said, { voiceConnectorGroupId }: Group, at: EpochMs): Override =>
  said.kind === 'unreadable'
    ? said
    : (inForce(said.byKey.get(voiceConnectorGroupId), at) ?? inForce(said.byKey.get('all'), at) ?? none);

/** Said in one Region, it holds in all; of two words the first Region's, which is the same for every monitor. */
const strictest = (words: readonly Override[]): Override => {
  const order: readonly (readonly Override['kind'][])[] = [['pause', 'unparseable'], ['pin'], ['unreadable']];
  for (const kinds of order) {
    const found = words.find(({ kind }) => kinds.includes(kind));
    if (found !== undefined) return found;
  }
  return none;
};
