/** Pausing and resuming: what needs Parameter Store and nothing else, so that it can be done whatever else is gone. */
import type { ForcibleRule } from '../core/plan/order.ts';
import type { EpochMs, Override } from '../core/model/model.ts';
import { duration } from '../core/model/format.ts';
import { isInForce, type Word } from '../input/override.ts';
import type { OverridesReading, Spoken } from '../ports.ts';
import { report, type Running } from '../context.ts';
import type { Command } from './command.ts';
import { called, inWords, keyOf, plainly, tellAction, type Came, type Subject } from './result.ts';
import { toldWord } from './format-override.ts';

const spokenOn = (subject: Subject, { spoken }: OverridesReading): readonly Spoken[] =>
  spoken.filter(({ key }) => key === keyOf(subject));

export const pause = async (running: Running, command: Command<'pause'>, subject: Subject): Promise<Came> => {
  const { ports, signals, identity } = running;
  const { by, reason, until, force } = command;
  const overrides = await ports.overrides.read(signals.work);
  const before = spokenOn(subject, overrides).filter(({ word }) => isInForce(word, identity.observedAt));
  const inTheWay = before.flatMap(({ word, region }) => {
    const rule = contradicted(word, until);
    return rule === undefined || force.includes(rule)
      ? []
      : [`${rule}: in ${region} there is: ${toldWord(word, identity.observedAt)}. To replace it: "force": ["${rule}"]`];
  });
  if (inTheWay.length > 0) return { outcome: 'refused', said: `${called(subject)} is not paused`, problems: inTheWay };
  const intention = `pause ${called(subject)} for ${duration(until - identity.observedAt)}`;
  await tellAction(running, plainly(command), 'asked', { said: intention });
  const came = await sayWord(running, subject, { kind: 'pause', by, reason, until });
  // A pause is said whatever is gone; what lay unread in a Region is replaced there, and a person must know.
  return { ...came, warnings: inWords(overrides.problems) };
};

/** Who paused for longer knew why; a pause as long or longer contradicts nobody. */
const contradicted = (word: Override, until: EpochMs): ForcibleRule | undefined => {
  switch (word.kind) {
    case 'pause':
      return word.until > until ? 'paused' : undefined;
    case 'pin':
      return 'pinned';
    case 'drill':
      return 'drill';
    case 'unparseable':
      return 'override-unparseable';
    case 'unreadable':
    case 'none':
      return undefined;
    default:
      return word satisfies never;
  }
};

const done = { pause: 'paused', pin: 'pinned', drill: 'in a drill' } as const;

export const sayWord = async ({ ports, signals, problems }: Running, subject: Subject, word: Word): Promise<Came> => {
  const { saidIn, problems: unsaid } = await ports.overrides.say(keyOf(subject), word, signals.work);
  const { kind, by, until, reason } = word;
  const whole = `${done[kind]} until ${new Date(until).toISOString()} by ${by}: ${reason}`;
  if (saidIn.length === 0) {
    return { outcome: 'failed', said: `${called(subject)} is not ${done[kind]}`, problems: inWords(unsaid) };
  }
  // In one Region it is heard by all, as long as that one answers.
  problems.push(...unsaid);
  return { outcome: 'done', said: `${called(subject)} is ${whole}; said in ${saidIn.join(', ')}` };
};

/** Takes the word on exactly this subject back; what is said of all groups stays said. */
export const resume = async (running: Running, command: Command<'resume'>, subject: Subject): Promise<Came> => {
  const { ports, signals, identity } = running;
  const overrides = await ports.overrides.read(signals.work);
  report(running, overrides.problems);
  const spoken = spokenOn(subject, overrides);
  const left = otherWord(subject, overrides, identity.observedAt);
  if (spoken.length === 0) {
    return { outcome: 'as-is', said: `nothing was said of ${called(subject)}: there is nothing to take back${left}` };
  }
  const words = [...new Set(spoken.map(({ word }) => toldWord(word, identity.observedAt)))].join(' and ');
  await tellAction(running, plainly(command), 'asked', { said: `take back: ${words}` });
  const [drill] = spoken.flatMap(({ word }) => (word.kind === 'drill' ? [word] : []));
  if (drill !== undefined) return stopDrill(running, command, subject, drill);
  const problems = await ports.overrides.takeBack(spoken, signals.work);
  if (problems.length > 0) {
    return { outcome: 'failed', said: `what was said of ${called(subject)} still stands`, problems: inWords(problems) };
  }
  return { outcome: 'done', said: `taken back from ${called(subject)}: ${words}${left}` };
};

/** Its word stays until the monitor has put the group back: without it nobody would know where to. */
const stopDrill = async (
  running: Running,
  { by, reason }: Command<'resume'>,
  subject: Subject,
  drill: Extract<Word, { readonly kind: 'drill' }>,
): Promise<Came> => {
  const came = await sayWord(running, subject, { ...drill, stopped: { by, reason } });
  const said = `the drill of ${called(subject)} is stopped; the monitor puts the group back at its next turn`;
  return came.outcome === 'done' ? { ...came, said } : came;
};

const otherWord = (subject: Subject, { spoken }: OverridesReading, at: EpochMs): string => {
  const [all] = subject === 'all' ? [] : spoken.filter((each) => each.key === 'all' && isInForce(each.word, at));
  return all === undefined ? '' : `; what is said of every group stands: ${toldWord(all.word, at)}`;
};
