/** What the run came to: whether the story ended well, and what the monitor was worth. */
import { callsSaved, check, movesOf, tally } from '../scenario/check.ts';
import type { Scenario } from '../scenario/format/body.ts';
import type { Played } from '../scenario/run.ts';
import { clockTime } from '../scenario/transcript.ts';
import { minuteMs } from '../scenario/world.ts';
import type { MinuteOfWorld } from '../world/minute.ts';

export type Ending = { readonly wentWell: boolean; readonly lines: readonly string[] };

function failedOf(minutes: readonly MinuteOfWorld[]): string {
  const { failed, byFaults } = tally(minutes);
  return `${failed} calls failed, ${byFaults} of them by the fault`;
}

export function summarize(story: Scenario, played: Played): Ending {
  const faultAt = story.startsAt + (story.timeline.faults[0]?.from ?? 0) * minuteMs;
  const withMonitor = played.minutes.map(({ calls }) => calls);
  const missed = check(story, played).filter(({ failure }) => failure !== undefined);
  return {
    wentWell: missed.length === 0,
    lines: [
      `${clockTime(faultAt)}  us-east-1 turns sick`,
      ...movesOf(played).map(({ at, kind, from, to }) => {
        const after = `${((at - faultAt) / minuteMs).toFixed(1)} min later`;
        return `${clockTime(at)}  ${kind} from ${from} to ${to}, ${after}`;
      }),
      '',
      `Of ${tally(withMonitor).offered} calls:`,
      `  with the monitor     ${failedOf(withMonitor)}`,
      `  without it           ${failedOf(played.alone)}`,
      `The monitor saved ${callsSaved(played)} calls in this run.`,
      ...missed.map(({ what, failure }) => `NOT AS IT SHOULD BE: expected ${what}: ${failure}`),
    ],
  };
}
