/** Parameter Store: the operator's word, as `<path>/all` or `<path>/<group id>`, in any Region that a monitor runs in. */
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { Problem } from '../core/model/outcome.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import { isInForce, parseOverride, serializeOverride, type Override } from '../input/override.ts';
import type { OverridesPort, OverridesReading, StoredOverride } from '../ports.ts';
import { limited, pagesOf, refusalOf } from './client.ts';

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

  async put(key: string, word: Override, signal: AbortSignal): ReturnType<OverridesPort['put']> {
    const parameter = {
      Name: `${this.#path}/${key}`,
      Value: serializeOverride(word),
      Type: 'String',
      Overwrite: true,
    } as const;
    const answers = await Promise.all(
      this.#regions.map((region) =>
        attempted(`saying it in ${region}`, () =>
          this.#clientOf(region).send(new PutParameterCommand(parameter), limited(signal)),
        ),
      ),
    );
    return {
      storedIn: this.#regions.filter((_, place) => answers[place] === undefined),
      problems: answers.flatMap((problem) => problem ?? []),
    };
  }

  async remove(spoken: readonly StoredOverride[], signal: AbortSignal): Promise<readonly Problem[]> {
    const answers = await Promise.all(
      spoken.map((one) =>
        attempted(`taking back what was said in ${one.region}`, () => this.#takeBackOne(one, signal)),
      ),
    );
    return answers.flatMap((problem) => problem ?? []);
  }

  /** Parameter Store deletes without conditions, so a word that somebody said meanwhile is looked for first. */
  async #takeBackOne({ key, region, text }: StoredOverride, signal: AbortSignal): Promise<void> {
    const Name = `${this.#path}/${key}`;
    const client = this.#clientOf(region);
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name }), limited(signal));
      if (Parameter?.Value !== text) throw new Error('somebody said something else meanwhile: that stands');
      await client.send(new DeleteParameterCommand({ Name }), limited(signal));
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return;
      throw error;
    }
  }
}

/** Undefined where it was done. */
async function attempted(doing: string, attempt: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return { doing, message: refusalOf(error).message };
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
