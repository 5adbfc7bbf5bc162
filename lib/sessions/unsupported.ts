/** AWS answering as if there were no proxy sessions: one finding for the account, told once a day. */
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { SessionsReading } from '../ports.ts';
import type { ReadSessions } from './findings.ts';
import type { Trigger } from '../input/trigger.ts';

type Refusal = Exclude<SessionsReading, { readonly kind: 'listed' | 'failed' }>;

export type Unsupported = {
  readonly code: 'unsupported';
  /** What was answered how often, and what else it may mean. */
  readonly reason: string;
  readonly askedVoiceConnectors: number;
  readonly refusedVoiceConnectors: number;
  /** Each kind of answer, the most frequent first, with AWS's own words for the first of them. */
  readonly answers: readonly {
    readonly answer: Refusal['kind'];
    readonly voiceConnectors: number;
    readonly message: string;
  }[];
};

function refusalsIn({ readings }: ReadSessions): readonly Refusal[] {
  return Object.values(readings).flatMap((reading) =>
    reading.kind === 'listed' || reading.kind === 'failed' ? [] : [reading],
  );
}

/** Whether there is nothing to tell of a Voice Connector but that. */
export function isUnsupported(read: ReadSessions): boolean {
  return refusalsIn(read).length === Object.keys(read.readings).length;
}

export function unsupportedAmong(read: readonly ReadSessions[]): Unsupported | undefined {
  const refused = read.flatMap((each) => refusalsIn(each)[0] ?? []);
  if (refused.length === 0) return undefined;
  const answers = [...Map.groupBy(refused, ({ kind }) => kind)]
    .map(([answer, ofKind]) => ({ answer, voiceConnectors: ofKind.length, message: ofKind[0]?.message ?? '' }))
    .sort((left, right) => right.voiceConnectors - left.voiceConnectors || (left.answer < right.answer ? -1 : 1));
  return {
    code: 'unsupported',
    reason: inWords(answers, { asked: read.length, refused: refused.length, listing: read.filter(isListing).length }),
    askedVoiceConnectors: read.length,
    refusedVoiceConnectors: refused.length,
    answers,
  };
}

function isListing({ readings }: ReadSessions): boolean {
  return Object.values(readings).some(({ kind }) => kind === 'listed');
}

type Counts = Readonly<Record<'asked' | 'refused' | 'listing', number>>;

function inWords(answers: Unsupported['answers'], { asked, refused, listing }: Counts): string {
  const quoted = answers.map(({ answer, voiceConnectors, message }) => `${voiceConnectors} ${answer} (${message})`);
  const isForbidden = answers.some(({ answer }) => answer === 'forbidden');
  return [
    `AWS lists no proxy sessions of ${refused} of ${asked} Voice Connectors: ${quoted.join(', ')}`,
    'AWS ended proxy sessions on 2026-04-07',
    ...(isForbidden ? ['a 403 can also mean that this role lacks chime:ListProxySessions'] : []),
    ...(listing > 0 ? [`it still lists those of ${listing}, so look at what is different about the others`] : []),
  ].join('; ');
}

const dayMs = 24 * 60 * minuteMs;

/** Two of the schedule's slots: one may be lost. */
const tellingMinutes = 10;

/** When the day began, as the event's id has it: whoever tells it that day tells the same. */
export function dayOf(at: EpochMs): EpochMs {
  return Math.floor(at / dayMs) * dayMs;
}

/** Nothing remembers whether it was told, so the clock says when it is: at the beginning of the UTC day, by the schedule. */
export function isDailyReportDue({ kind }: Trigger, at: EpochMs): boolean {
  return kind === 'scheduled' && at - dayOf(at) < tellingMinutes * minuteMs;
}
