/** Parameter Store: the operator's word, as `<path>/all` or `<path>/<group id>`, in any Region that a monitor runs in. */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { EpochMs } from '../core/model/time.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { isInForce, parseOverride } from '../input/override.ts';
import type { OverridesPort, OverridesReading, StoredOverride } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

const none: OverrideState = { kind: 'none' };

function inForce(override: OverrideState | undefined, at: EpochMs): OverrideState | undefined {
  return override !== undefined && isInForce(override, at) ? override : undefined;
}

type Group = Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>;

/** What was said in one Region, by the last part of the parameter's name. */
type Said =
  | {
      readonly kind: 'read';
      readonly spoken: readonly StoredOverride[];
      readonly byKey: ReadonlyMap<string, OverrideState>;
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
    const summary = await Promise.all(this.#regions.map((region) => this.#readIn(region, signal)));
    return {
      of: (group: Group, at: EpochMs) => strictest(summary.map((one) => wordIn(one, group, at))),
      changedAt: ({ voiceConnectorGroupId }: Group) => {
        const times = summary.flatMap((one) =>
          one.kind === 'read' ? [voiceConnectorGroupId, 'all'].flatMap((key) => one.changedAt.get(key) ?? []) : [],
        );
        return times.length === 0 ? undefined : Math.max(...times);
      },
      stored: summary.flatMap((one) => (one.kind === 'read' ? one.spoken : [])),
      problems: summary.flatMap((one, place) =>
        one.kind === 'unreadable'
          ? [{ doing: `reading the overrides in ${this.#regions[place] ?? ''}`, message: one.message }]
          : [],
      ),
    };
  }

  async #readIn(region: string, signal: AbortSignal): Promise<Said> {
    const spoken: StoredOverride[] = [];
    const changedAt = new Map<string, EpochMs>();
    try {
      const question = { Path: this.#path, Recursive: true, MaxResults: 10 };
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(region).send(new GetParametersByPathCommand({ ...question, NextToken }), options),
      );
      for await (const page of pages) {
        for (const { Name: name = '', Value: value = '', LastModifiedDate: modified } of page.Parameters ?? []) {
          const key = name.slice(this.#path.length + 1);
          spoken.push({ key, region, override: parseOverride(name, value), text: value });
          if (modified !== undefined) changedAt.set(key, modified.getTime());
        }
      }
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'read', spoken, byKey: new Map(spoken.map(({ key, override }) => [key, override])), changedAt };
  }
}

/** The group's own word comes before that for all groups; but who pauses all does not mean all but those in a drill. */
function wordIn(summary: Said, { voiceConnectorGroupId }: Group, at: EpochMs): OverrideState {
  if (summary.kind === 'unreadable') return summary;
  const own = inForce(summary.byKey.get(voiceConnectorGroupId), at) ?? none;
  const forAll = inForce(summary.byKey.get('all'), at) ?? none;
  const isPaused = forAll.kind === 'pause' || forAll.kind === 'unparseable';
  return own.kind === 'none' || (own.kind === 'drill' && isPaused) ? forAll : own;
}

/** Said in one Region, it holds in all; of two words the first Region's, which is the same for every monitor. */
function strictest(words: readonly OverrideState[]): OverrideState {
  const order: readonly (readonly OverrideState['kind'][])[] = [
    ['pause', 'unparseable'],
    ['drill'],
    ['pin'],
    ['unreadable'],
  ];
  for (const kinds of order) {
    const found = words.find(({ kind }) => kinds.includes(kind));
    if (found !== undefined) return found;
  }
  return none;
}
