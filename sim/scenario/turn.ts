/** The decisions of a run, read from its log, because a failed run returns no result but logs every decision. */
import * as z from 'zod';
import { type MoveKind, moveKinds } from '../../lib/core/model/plan.ts';

const verdictSchema = z.object({ health: z.string(), cause: z.string().optional(), reason: z.string() });

const decisionSchema = z.object({
  voiceConnectorGroupId: z.string(),
  decision: z.enum(['hold', ...moveKinds]),
  code: z.string().optional(),
  reason: z.string(),
  connectors: z.array(
    z.object({ voiceConnectorId: z.string(), priority: z.number().optional(), verdict: verdictSchema.optional() }),
  ),
  after: z.array(z.object({ voiceConnectorId: z.string(), priority: z.number().optional() })),
  outcome: z.object({ kind: z.string(), reason: z.string() }).optional(),
});

const decisionLineSchema = z.object({ message: z.literal('decision'), data: decisionSchema });
const errorSchema = z.object({ errorMessage: z.string() });

export type Decision = z.output<typeof decisionSchema>;
export type ConnectorDecision = Decision['connectors'][number];

export type Turn = {
  /** Sorted by group id, because groups are processed concurrently. */
  readonly decisions: readonly Decision[];
  /** The lines of the error message; undefined for a successful run. */
  readonly error: readonly string[] | undefined;
};

/** Replaces text that depends on real time: ports, and the system error of a reset connection. */
function withStableText(message: string): string {
  return message
    .replaceAll(/\w*Error: (read ECONNRESET|write EPIPE|write ECONNRESET|socket hang up|aborted)/g, 'connection reset')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'the local AWS');
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Lambda's START, END and REPORT lines.
  }
}

export function turnOf(
  invocation: { readonly payload: string; readonly functionError?: string | undefined },
  logLines: readonly string[],
): Turn {
  const decisions = logLines.flatMap((line) => {
    const parsed = decisionLineSchema.safeParse(parsedLine(line));
    return parsed.success ? [withStableReasons(parsed.data.data)] : [];
  });
  return {
    decisions: decisions.sort((a, b) => (a.voiceConnectorGroupId < b.voiceConnectorGroupId ? -1 : 1)),
    error:
      invocation.functionError === undefined
        ? undefined
        : withStableText(errorSchema.parse(JSON.parse(invocation.payload)).errorMessage).split('\n'),
  };
}

function withStableReasons(decision: Decision): Decision {
  return {
    ...decision,
    reason: withStableText(decision.reason),
    connectors: decision.connectors.map(({ verdict, ...connector }) => ({
      ...connector,
      ...(verdict === undefined ? {} : { verdict: { ...verdict, reason: withStableText(verdict.reason) } }),
    })),
    ...(decision.outcome === undefined
      ? {}
      : { outcome: { ...decision.outcome, reason: withStableText(decision.outcome.reason) } }),
  };
}

export function appliedMove(
  decision: Decision,
): { readonly kind: MoveKind; readonly from: string; readonly to: string } | undefined {
  if (decision.decision === 'hold' || decision.outcome?.kind !== 'applied') return undefined;
  const [from] = decision.connectors;
  const to = [...decision.after].sort((a, b) => (a.priority ?? 100) - (b.priority ?? 100))[0];
  if (from === undefined || to === undefined) return undefined;
  return { kind: decision.decision, from: from.voiceConnectorId, to: to.voiceConnectorId };
}
