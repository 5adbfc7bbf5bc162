/** AWS answers that proxy sessions are not available: one finding for the account, published once a day. */
import { dayMs, minuteMs, type EpochMs } from '../core/model/time.ts';
import type { SessionsReading } from '../ports.ts';
import type { ReadSessions } from './findings.ts';
import type { Trigger } from '../input/trigger.ts';

type UnavailableReading = Exclude<SessionsReading, { readonly kind: 'listed' | 'failed' }>;

export type Unsupported = {
  readonly code: 'unsupported';
  /** How often AWS gave which answer, and what else the answer may mean. */
  readonly reason: string;
  readonly askedVoiceConnectors: number;
  readonly refusedVoiceConnectors: number;
  /** Each kind of answer, the most frequent first, with AWS's message of one of them. */
  readonly answers: readonly {
    readonly answer: UnavailableReading['kind'];
    readonly voiceConnectors: number;
    readonly message: string;
  }[];
};

function unavailableIn({ readings }: ReadSessions): readonly UnavailableReading[] {
  return Object.values(readings).flatMap((reading) =>
    reading.kind === 'listed' || reading.kind === 'failed' ? [] : [reading],
  );
}

/** Whether AWS answered so for every status, so that there is no inventory to publish. */
export function isUnsupported(read: ReadSessions): boolean {
  return unavailableIn(read).length === Object.keys(read.readings).length;
}

export function unsupportedAmong(read: readonly ReadSessions[]): Unsupported | undefined {
  const refused = read.flatMap((each) => unavailableIn(each)[0] ?? []);
  if (refused.length === 0) return undefined;
  const answers = [...Map.groupBy(refused, ({ kind }) => kind)]
    .map(([answer, ofKind]) => ({ answer, voiceConnectors: ofKind.length, message: ofKind[0]?.message ?? '' }))
    .sort((left, right) => right.voiceConnectors - left.voiceConnectors || (left.answer < right.answer ? -1 : 1));
  return {
    code: 'unsupported',
    reason: formatReason(answers, {
      asked: read.length,
      refused: refused.length,
      listing: read.filter(isListing).length,
    }),
    askedVoiceConnectors: read.length,
    refusedVoiceConnectors: refused.length,
    answers,
  };
}

function isListing({ readings }: ReadSessions): boolean {
  return Object.values(readings).some(({ kind }) => kind === 'listed');
}

function formatReason(
  answers: Unsupported['answers'],
  { asked, refused, listing }: Readonly<Record<'asked' | 'refused' | 'listing', number>>,
): string {
  const counts = answers.map(({ answer, voiceConnectors, message }) => `${voiceConnectors} ${answer} (${message})`);
  const isForbidden = answers.some(({ answer }) => answer === 'forbidden');
  return [
    `AWS lists no proxy sessions for ${refused} of ${asked} Voice Connectors: ${counts.join(', ')}`,
    'AWS ended proxy sessions on 2026-04-07',
    ...(isForbidden ? ['a 403 can also mean that this role lacks chime:ListProxySessions'] : []),
    ...(listing > 0 ? [`AWS still lists those of ${listing}: check how the others differ`] : []),
  ].join('; ');
}

/** Two runs of the schedule: one may be lost. */
const reportMinutes = 10;

/** When the day began. The event's id is made of it, so that every event of one day has the same id. */
export function dayOf(at: EpochMs): EpochMs {
  return Math.floor(at / dayMs) * dayMs;
}

/** There is no record of published reports, so the clock decides: scheduled runs at the beginning of the UTC day. */
export function isDailyReportDue({ kind }: Trigger, at: EpochMs): boolean {
  return kind === 'scheduled' && at - dayOf(at) < reportMinutes * minuteMs;
}
