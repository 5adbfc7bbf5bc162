/** The verdicts and decisions of the monitor, from the results of its runs. */
import * as z from 'zod';
import type { Invocation } from '../wire/lambda.ts';
import type { GroupView, RunView, VerdictView } from './view.ts';

const verdictSchema = z.object({
  health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  cause: z.string().optional(),
  reason: z.string(),
});

/** The part of a run result (docs/events.md) that the console shows. */
const runResultSchema = z.object({
  shape: z.literal('run-result'),
  observedAt: z.iso.datetime(),
  groups: z.array(
    z.object({
      voiceConnectorGroupId: z.string(),
      name: z.string(),
      mode: z.string(),
      decision: z.string(),
      code: z.string().optional(),
      reason: z.string(),
      connectors: z.array(z.object({ voiceConnectorId: z.string(), verdict: verdictSchema.optional() })),
    }),
  ),
});

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

type RunResult = z.output<typeof runResultSchema>;

export class MonitorResults {
  #last: RunResult | undefined;
  #problem: string | undefined;

  record({ payload, functionError }: Invocation): void {
    const value: unknown = JSON.parse(payload);
    if (functionError === undefined) {
      this.#last = runResultSchema.parse(value);
      this.#problem = undefined;
      return;
    }
    const error = errorSchema.safeParse(value);
    this.#problem = error.success ? `${error.data.errorType}: ${error.data.errorMessage}` : payload;
  }

  get run(): RunView {
    return { judgedAt: this.#last && Date.parse(this.#last.observedAt), problem: this.#problem };
  }

  decisionOf(groupId: string): GroupView['decision'] {
    const group = this.#groupOf(groupId);
    if (group === undefined) return undefined;
    return { mode: group.mode, kind: group.decision, code: group.code, reason: group.reason };
  }

  verdictOf(groupId: string, voiceConnectorId: string): VerdictView | undefined {
    return this.#groupOf(groupId)?.connectors.find((each) => each.voiceConnectorId === voiceConnectorId)?.verdict;
  }

  nameOf(groupId: string): string | undefined {
    return this.#groupOf(groupId)?.name;
  }

  #groupOf(groupId: string) {
    return this.#last?.groups.find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === groupId);
  }
}
