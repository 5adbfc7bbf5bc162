import { AudioTally, CallAudio, audioAt, type AudioConditions } from './audio.ts';
import type { Call } from './callers.ts';
import type { FaultsOfMinute, Site } from './faults.ts';
import type { AudioMinute } from './minute.ts';
import type { AudioDetail } from './spec.ts';

export type Direction = 'inbound' | 'outbound';

type LiveCall = {
  readonly direction: Direction;
  readonly site: Site;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly audio: CallAudio;
};

/** The activity of one connector's calls during a minute. */
export type TalkedMinute = {
  /** Undefined if there was no call during the minute. */
  readonly audio: AudioMinute | undefined;
  readonly hungUp: number;
  /** The groups of the dropped inbound calls, one entry per call. */
  readonly dropped: readonly string[];
};

/** The answered calls of one connector. They stay on it when the order of its group changes. */
export class CallsInProgress {
  readonly #detail: AudioDetail | undefined;
  #calls: LiveCall[] = [];

  constructor(detail?: AudioDetail) {
    this.#detail = detail;
  }

  begin(call: Call, direction: Direction, site: Site, meanMinutes: number): void {
    const endsAt = call.at + call.length * meanMinutes;
    this.#calls.push({ direction, site, startsAt: call.at, endsAt, audio: new CallAudio(call) });
  }

  count(direction: Direction): number {
    let count = 0;
    for (const call of this.#calls) if (call.direction === direction) count += 1;
    return count;
  }

  /** Simulates the minute for every call and removes the calls that end or drop in it. */
  talk(faults: FaultsOfMinute): TalkedMinute {
    if (this.#calls.length === 0) return { audio: undefined, hungUp: 0, dropped: [] };
    const tally = new AudioTally(this.#detail);
    const conditionsAt = rememberedConditions(faults);
    const dropped: string[] = [];
    const remaining: LiveCall[] = [];
    let hungUp = 0;
    const minuteEnds = faults.minute + 1;
    for (const call of this.#calls) {
      const from = Math.max(call.startsAt, faults.minute);
      const until = Math.min(call.endsAt, minuteEnds);
      const cutOff = faults.cutOff(call.site, from, until);
      call.audio.talk((cutOff ?? until) - from, conditionsAt(call.site), tally);
      if (cutOff !== undefined) {
        const { voiceConnectorGroupId } = call.site;
        if (call.direction === 'inbound' && voiceConnectorGroupId !== undefined) dropped.push(voiceConnectorGroupId);
      } else if (call.endsAt > minuteEnds) remaining.push(call);
      else hungUp += 1;
    }
    this.#calls = remaining;
    return { audio: tally, hungUp, dropped };
  }
}

/** Most calls of a connector share their site: computes its audio once. */
function rememberedConditions(faults: FaultsOfMinute): (site: Site) => AudioConditions {
  let last: { readonly site: Site; readonly conditions: AudioConditions } | undefined;
  return (site) => {
    if (last?.site !== site) last = { site, conditions: audioAt(faults, site) };
    return last.conditions;
  };
}
