/** An operator's word as a person reads it. */
import type { EpochMs, OverrideState } from '../core/model/model.ts';
import { formatDuration } from '../core/model/format.ts';
import { overLimitNote } from '../core/model/override-limit.ts';

/** `pause by anna, 2 h left: works on the trunk` */
export function formatOverride(word: OverrideState, at: EpochMs): string {
  switch (word.kind) {
    case 'none':
      return 'no word';
    case 'pause':
    case 'pin':
    case 'drill': {
      const time =
        word.until > at
          ? `${formatDuration(word.until - at)} left`
          : `its time was up ${formatDuration(at - word.until)} ago`;
      return `${word.kind} by ${word.by}, ${time}: ${word.reason}${overLimitNote(word, at)}`;
    }
    case 'unparseable':
    case 'unreadable':
      return `${word.kind}: ${word.message}`;
    default:
      return word satisfies never;
  }
}
