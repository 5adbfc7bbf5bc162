/** Parameter Store: storing and removing operator overrides, as `<path>/all` or `<path>/<group id>`, in every monitor's Region. */
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Problem } from '../core/model/outcome.ts';
import { serializeOverride, type Override } from '../input/override.ts';
import type { OverrideWriterPort, StoredOverride } from '../ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

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

  async put(key: string, override: Override, signal: AbortSignal): ReturnType<OverrideWriterPort['put']> {
    const parameter = {
      Name: `${this.#path}/${key}`,
      Value: serializeOverride(override),
      Type: 'String',
      Overwrite: true,
    } as const;
    const problems = await Promise.all(
      this.#regions.map((region) =>
        attempt(`storing the override in ${region}`, () =>
          this.#clientOf(region).send(new PutParameterCommand(parameter), limited(signal)),
        ),
      ),
    );
    return {
      storedIn: this.#regions.filter((_, index) => problems[index] === undefined),
      problems: problems.flatMap((problem) => problem ?? []),
    };
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
      if (error instanceof Error && error.name === 'ParameterNotFound') return;
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
