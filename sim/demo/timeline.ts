/** Prints a run one minute a line, and below a minute what it changed and why. */
import { z } from 'zod';
import type { StoredEvent } from '../account/eventbridge.ts';
import type { MinuteOfWorld } from '../world/minute.ts';

const verdictSchema = z.object({ health: z.string(), cause: z.string().optional(), reason: z.string() });

const groupSchema = z.object({
  decision: z.enum(['hold', 'failover', 'failback']),
  code: z.string().optional(),
  reason: z.string(),
  connectors: z.array(
    z.object({ voiceConnectorId: z.string(), priority: z.number().optional(), verdict: verdictSchema.optional() }),
  ),
  after: z.array(z.object({ voiceConnectorId: z.string(), priority: z.number().optional() })),
  outcome: z.object({ kind: z.string(), reason: z.string() }).optional(),
});

/** What the timeline shows of a turn's result. */
export const turnSchema = z.object({
  shape: z.literal('turn-result'),
  version: z.literal(1),
  observedAt: z.iso.datetime(),
  groups: z.array(groupSchema),
});

export type Turn = z.output<typeof turnSchema>;
type Group = z.output<typeof groupSchema>;
type Connector = Group['connectors'][number];

const healthOf = ({ verdict }: Connector): string =>
  verdict === undefined
    ? 'unseen'
    : verdict.cause === undefined
      ? verdict.health
      : `${verdict.health} (${verdict.cause})`;

const orderWidth = 48;

export class Timeline {
  readonly #print: (line: string) => void;
  #last = '';

  constructor(print: (line: string) => void) {
    this.#print = print;
    print(`time    calls  failed  ${'first choice, second choice'.padEnd(orderWidth)}  decision`);
  }

  show(minutes: readonly MinuteOfWorld[], turn: Turn, events: readonly StoredEvent[]): void {
    const [group] = turn.groups;
    if (group === undefined) throw new Error('the turn saw no group');
    const calls = minutes.flatMap(({ groups }) => groups);
    const offered = calls.reduce((sum, { callsOffered }) => sum + callsOffered, 0);
    const failed = calls.reduce((sum, { callsFailed }) => sum + callsFailed, 0);
    const order = group.connectors.map((connector) => `${connector.voiceConnectorId} ${healthOf(connector)}`);
    const decision = group.code === undefined ? group.decision.toUpperCase() : `hold: ${group.code}`;
    this.#print(
      [
        turn.observedAt.slice(11, 16).padEnd(6),
        String(offered).padStart(5),
        String(failed).padStart(6),
        order.join(', ').padEnd(orderWidth),
        decision,
      ].join('  '),
    );
    this.#explain(group, events);
  }

  /** Reasons carry new numbers every minute, so they are printed where what they are reasons for has changed. */
  #explain(group: Group, events: readonly StoredEvent[]): void {
    const state = [
      group.decision,
      group.code,
      ...group.connectors.map((one) => `${one.voiceConnectorId} ${healthOf(one)}`),
    ];
    if (state.join() === this.#last) return;
    this.#last = state.join();
    for (const { voiceConnectorId, verdict } of group.connectors) {
      this.#note(`${voiceConnectorId}: ${verdict?.health ?? 'unseen'}: ${verdict?.reason ?? 'AWS lists no such one'}`);
    }
    this.#note(`${group.decision}: ${group.reason}`);
    if (group.outcome !== undefined) this.#note(`${group.outcome.kind}: ${group.outcome.reason}`);
    this.#note(`events: ${events.map(({ detailType }) => detailType).join(', ')}`);
  }

  #note(text: string): void {
    this.#print(`        ${text}`);
  }
}
