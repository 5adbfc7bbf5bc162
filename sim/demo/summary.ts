/** What the run came to: whether the story ended well, and what the monitor was worth. */
import { z } from 'zod';
import type { StoredEvent } from '../account/eventbridge.ts';
import type { EpochMs } from '../clock.ts';
import { callsFailedByFaults, type MinuteOfWorld } from '../world/minute.ts';

export type Ending = { readonly wentWell: boolean; readonly lines: readonly string[] };

const moveSchema = z.object({
  data: z.object({ decision: z.enum(['failover', 'failback']), leaving: z.string(), promoting: z.string() }),
});

type AppliedMove = {
  readonly at: number;
  readonly decision: string;
  readonly leaving: string;
  readonly promoting: string;
};

const total = (minutes: readonly MinuteOfWorld[], count: (group: MinuteOfWorld['groups'][number]) => number): number =>
  minutes.flatMap(({ groups }) => groups).reduce((sum, group) => sum + count(group), 0);

const appliedMoves = (events: readonly StoredEvent[]): readonly AppliedMove[] =>
  events
    .filter(({ detailType }) => detailType === 'Priority Change Applied')
    .map(({ time, detail }) => ({ at: time, ...moveSchema.parse(detail).data }));

const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 16);

export const summarize = (run: {
  readonly with: readonly MinuteOfWorld[];
  readonly without: readonly MinuteOfWorld[];
  readonly events: readonly StoredEvent[];
  readonly faultAt: EpochMs;
}): Ending => {
  const moves = appliedMoves(run.events);
  const [failover, failback, ...more] = moves;
  const isOut = failover?.decision === 'failover' && failover.leaving === 'vc-east';
  const isBack = failback?.decision === 'failback' && failback.promoting === 'vc-east';
  const saved = total(run.without, callsFailedByFaults) - total(run.with, callsFailedByFaults);
  const offered = total(run.with, ({ callsOffered }) => callsOffered);
  const failedOf = (minutes: readonly MinuteOfWorld[]): string =>
    `${total(minutes, ({ callsFailed }) => callsFailed)} calls failed, ${total(minutes, callsFailedByFaults)} of them by the fault`;
  const wentWell = isOut && isBack && more.length === 0 && saved > 0;
  return {
    wentWell,
    lines: [
      `${clockTime(run.faultAt)}  us-east-1 turns sick`,
      ...moves.map(({ at, decision, leaving, promoting }) => {
        const after = `${((at - run.faultAt) / 60_000).toFixed(1)} min later`;
        return `${clockTime(at)}  ${decision} from ${leaving} to ${promoting}, ${after}`;
      }),
      '',
      `Of ${offered} calls:`,
      `  with the monitor     ${failedOf(run.with)}`,
      `  without it           ${failedOf(run.without)}`,
      `The monitor saved ${saved} calls in this run.`,
      ...(wentWell
        ? []
        : ['NOT AS IT SHOULD BE: expected one failover out of vc-east, one failback to it, and calls saved.']),
    ],
  };
};
