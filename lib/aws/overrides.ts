/** Parameter Store: the operator's word, as `<path>/all` or `<path>/<group id>`. */
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

export class Overrides implements OverridesPort {
  readonly #client: SSMClient;
  readonly #path: string;

  /** @param path where the parameters live, beginning with a slash and ending without one */
  constructor(options: { readonly client: SSMClient; readonly path: string }) {
    this.#client = options.client;
    this.#path = options.path;
  }

  async read(signal: AbortSignal): Promise<OverridesReading> {
    const byKey = new Map<string, Override>();
    const changedAt = new Map<string, EpochMs>();
    try {
      const question = { Path: this.#path, Recursive: true, MaxResults: 10 };
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#client.send(new GetParametersByPathCommand({ ...question, NextToken }), options),
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
    return {
      kind: 'read',
      of: ({ voiceConnectorGroupId }: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>, at: EpochMs) =>
        inForce(byKey.get(voiceConnectorGroupId), at) ?? inForce(byKey.get('all'), at) ?? none,
      changedAt: ({ voiceConnectorGroupId }: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>) => {
        const times = [voiceConnectorGroupId, 'all'].flatMap((key) => changedAt.get(key) ?? []);
        return times.length === 0 ? undefined : Math.max(...times);
      },
    };
  }
}
