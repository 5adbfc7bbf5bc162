/** Parameter Store: storing and removing operator overrides, as `<path>/all` or `<path>/<group id>`, in every monitor's Region. */
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Problem } from '../core/model/outcome.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { parseOverride, serializeOverride, type Override } from '../input/override.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { StoredOverride } from '../ports.ts';
import type { OverrideWriterPort, Replacing } from '../write-ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

type Present =
  | { readonly kind: 'read'; readonly text: string; readonly version: number; readonly putAt: EpochMs }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly message: string };

type PutAnswer =
  | { readonly kind: 'stored'; readonly mayBeLost: boolean; readonly problem?: string }
  /** Somebody else's override stays in force. */
  | { readonly kind: 'kept'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

const written = { kind: 'stored', mayBeLost: false } as const satisfies PutAnswer;

const keptAnother: PutAnswer = {
  kind: 'kept',
  message: 'another override was put meanwhile and stays in force; status shows it',
};

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

export class OverrideWriter implements OverrideWriterPort {
  readonly #clientOf: (region: string) => SSMClient;
  readonly #regions: readonly string[];
  readonly #path: string;

  /**
   * @param regions every Region that a monitor of these groups runs in
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

  async put(
    key: string,
    override: Override,
    replacing: Replacing,
    signal: AbortSignal,
  ): ReturnType<OverrideWriterPort['put']> {
    const text = serializeOverride(override);
    const answers = await Promise.all(
      this.#regions.map(async (region) => ({
        region,
        answer: await this.#putIn(region, key, text, replacing, signal),
      })),
    );
    const problemIn = (region: string, message: string): Problem => ({
      doing: `storing the override in ${region}`,
      message,
    });
    const problemsOf = (kind: 'kept' | 'failed') =>
      answers.flatMap(({ region, answer }) => (answer.kind === kind ? [problemIn(region, answer.message)] : []));
    const unseen = answers.flatMap(({ region, answer }) =>
      answer.kind === 'stored' && answer.problem !== undefined ? [problemIn(region, answer.problem)] : [],
    );
    return {
      stored: answers.flatMap(({ region, answer }) =>
        answer.kind === 'stored' ? [{ key, region, override, text, putAt: undefined }] : [],
      ),
      kept: problemsOf('kept'),
      lostIn: answers.flatMap(({ region, answer }) => (answer.kind === 'stored' && answer.mayBeLost ? [region] : [])),
      problems: [...problemsOf('failed'), ...unseen],
    };
  }

  async #putIn(
    region: string,
    key: string,
    text: string,
    { stored, unread, mayReplace }: Replacing,
    signal: AbortSignal,
  ): Promise<PutAnswer> {
    const read = stored.find((one) => one.region === region && one.key === key);
    try {
      if (read === undefined && (await this.#putNew(region, key, text, signal))) return written;
      const present = await this.#present(region, key, signal);
      switch (present.kind) {
        case 'none':
          return (await this.#putNew(region, key, text, signal)) ? written : keptAnother;
        case 'unreadable':
          if (!unread.includes(region)) return { kind: 'failed', message: present.message };
          await this.#put(region, key, text, true, signal);
          return { kind: 'stored', mayBeLost: true };
        case 'read': {
          const found = parseOverride(`${this.#path}/${key}`, present.text);
          const isAllowed =
            read === undefined ? unread.includes(region) && mayReplace(found) : present.text === read.text;
          return isAllowed ? await this.#overwrite(region, key, text, present.version, signal) : keptAnother;
        }
        default:
          return present satisfies never;
      }
    } catch (error) {
      return { kind: 'failed', message: refusalOf(error).message };
    }
  }

  /** @returns the version that was stored */
  async #put(region: string, key: string, Value: string, Overwrite: boolean, signal: AbortSignal): Promise<number> {
    const parameter = { Name: `${this.#path}/${key}`, Value, Type: 'String', Overwrite } as const;
    const { Version = 1 } = await this.#clientOf(region).send(new PutParameterCommand(parameter), limited(signal));
    return Version;
  }

  /**
   * Parameter Store has no conditional overwrite. The versions show whether somebody put another override between our last read and our
   * write: it is then the version before ours.
   */
  async #overwrite(region: string, key: string, text: string, seen: number, signal: AbortSignal): Promise<PutAnswer> {
    const version = await this.#put(region, key, text, true, signal);
    // A parameter that was deleted meanwhile begins again at 1.
    if (version === seen + 1 || version === 1) return written;
    const present = await this.#present(region, `${key}:${version - 1}`, signal);
    const replaced =
      present.kind === 'read'
        ? formatOverride(parseOverride(key, present.text), present.putAt)
        : 'an override that cannot be read';
    return { ...written, problem: `it replaced what was put at the same moment: ${replaced}` };
  }

  /** @returns false where there is one already: Parameter Store compares and stores in one step */
  async #putNew(region: string, key: string, text: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#put(region, key, text, false, signal);
      return true;
    } catch (error) {
      if (isNamed(error, 'ParameterAlreadyExists')) return false;
      throw error;
    }
  }

  async #present(region: string, key: string, signal: AbortSignal): Promise<Present> {
    try {
      const command = new GetParameterCommand({ Name: `${this.#path}/${key}` });
      const { Parameter } = await this.#clientOf(region).send(command, limited(signal));
      const { Value: text = '', Version: version = 1, LastModifiedDate: putAt = new Date(0) } = Parameter ?? {};
      return { kind: 'read', text, version, putAt: putAt.getTime() };
    } catch (error) {
      return isNamed(error, 'ParameterNotFound')
        ? { kind: 'none' }
        : { kind: 'unreadable', message: refusalOf(error).message };
    }
  }

  async remove(stored: readonly StoredOverride[], signal: AbortSignal): Promise<readonly Problem[]> {
    const problems = await Promise.all(
      stored.map((one) => attempt(`removing the override in ${one.region}`, () => this.#removeOne(one, signal))),
    );
    return problems.flatMap((problem) => problem ?? []);
  }

  /** Parameter Store has no conditional delete, so the parameter is read again just before it is deleted. */
  async #removeOne({ key, region, text }: StoredOverride, signal: AbortSignal): Promise<void> {
    const Name = `${this.#path}/${key}`;
    const client = this.#clientOf(region);
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name }), limited(signal));
      if (Parameter?.Value !== text) throw new Error('the override was replaced meanwhile; the new one stays in force');
      await client.send(new DeleteParameterCommand({ Name }), limited(signal));
    } catch (error) {
      if (isNamed(error, 'ParameterNotFound')) return;
      throw error;
    }
  }
}

/** @returns undefined where the attempt succeeded */
async function attempt(doing: string, action: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return { doing, message: refusalOf(error).message };
  }
}
