/** One command: parses it, asks the function or the log, prints the answer. */
import { styleText } from 'node:util';
import * as z from 'zod';
import { timeAt } from './deployment.ts';
import { formatTimeline, readHistory, type History } from './history.ts';
import { writeHistoryReport, type ReportRequest } from './history-report.ts';
import { invoke, type Answer } from './invoke.ts';
import { parseCommandLine, type Request } from './request.ts';
import { explain, formatDecision, type Why } from './why.ts';

/** Done, or nothing to do. */
const done = 0;
/** The command was refused, a group is not ready, or there is no such group. */
const refused = 1;
/** The command line is wrong, the function or the log could not be asked, or failed: nothing is known of what it did. */
const failed = 2;

export type Io = {
  /** In epoch milliseconds. */
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Shows how far a long read has come, in place of what it showed before; an empty text removes it. */
  readonly progress: (text: string) => void;
  /** Whether the output is read in a terminal that shows colours. */
  readonly hasColours: boolean;
};

/** What both functions answer with, as docs/events.md describes it. */
const answerSchema = z.object({
  summary: z.string().optional(),
  table: z.array(z.string()),
  warnings: z.array(z.string()).default([]),
  readiness: z.string().optional(),
});

/** @returns the exit code */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const place = parseCommandLine(args, io.now(), io);
  if (place.kind === 'nothing') return place.isMistake ? failed : done;
  // Durations count from the time of the place, which only the command line tells.
  const now = await timeAt(place.request.deployment, io.now);
  const parsed = parseCommandLine(args, now, io);
  if (parsed.kind === 'nothing') return parsed.isMistake ? failed : done;
  const { deployment, question, isJson } = parsed.request;
  switch (question.kind) {
    case 'invoke': {
      const answer = await invoke({ deployment, ...question });
      return isJson ? printJson(answer, io) : printText(answer, io);
    }
    case 'history': {
      const history = await readHistory({ deployment, ...question }, now, io.progress);
      io.progress('');
      const exitCode = printHistory(history, parsed.request, io);
      return question.report === undefined || history.kind !== 'found'
        ? exitCode
        : printReport(question.report, { deployment, ...question, ...history, until: now, title: history.summary }, io);
    }
    case 'why': {
      const why = await explain({ deployment, ...question }, io.progress);
      io.progress('');
      return printWhy(why, parsed.request, io);
    }
    default:
      return question satisfies never;
  }
}

function printHistory(history: History, { isJson }: Request, io: Io): number {
  if (history.kind !== 'found') {
    io.err(`${colour('red', history.message, io)}\n`);
    return history.kind === 'unreadable' ? failed : refused;
  }
  if (isJson) {
    const entries = history.entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
    io.out(`${JSON.stringify({ summary: history.summary, entries }, null, 2)}\n`);
    return done;
  }
  for (const line of [history.summary, ...formatTimeline(history.entries)]) io.out(`${coloured(line, io)}\n`);
  return done;
}

async function printReport(file: string, request: ReportRequest, io: Io): Promise<number> {
  const written = await writeHistoryReport(file, request);
  if (written.kind === 'written') return done;
  io.err(`${colour('red', written.message, io)}\n`);
  return failed;
}

function printWhy(why: Why, { isJson }: Request, io: Io): number {
  switch (why.kind) {
    case 'unreadable':
      io.err(`${colour('red', why.message, io)}\n`);
      return failed;
    case 'logged': {
      const lines = isJson ? [JSON.stringify(why.decisions, null, 2)] : why.decisions.flatMap(formatDecision);
      for (const line of lines) io.out(`${coloured(line, io)}\n`);
      return done;
    }
    case 'recomputed':
      if (isJson) return printJson(why.answer, io);
      for (const line of why.label) io.out(`${line}\n`);
      return printText(why.answer, io);
    default:
      return why satisfies never;
  }
}

function printJson(answer: Answer, { out }: Io): number {
  out(`${JSON.stringify(answer.kind === 'answered' ? answer.payload : answer, null, 2)}\n`);
  return exitCodeOf(answer);
}

function printText(answer: Answer, io: Io): number {
  switch (answer.kind) {
    case 'answered': {
      const { summary, table, warnings } = answerSchema.parse(answer.payload);
      for (const line of [...(summary === undefined ? [] : [summary]), ...table]) io.out(`${coloured(line, io)}\n`);
      for (const warning of warnings) io.err(`${colour('yellow', `warning: ${warning}`, io)}\n`);
      break;
    }
    case 'threw':
    case 'unreachable':
      io.err(`${colour('red', answer.message, io)}\n`);
      break;
    default:
      answer satisfies never;
  }
  return exitCodeOf(answer);
}

function exitCodeOf(answer: Answer): number {
  switch (answer.kind) {
    case 'answered':
      return answerSchema.parse(answer.payload).readiness === 'fail' ? refused : done;
    case 'threw':
      return answer.errorType === 'InvalidInputError' ? refused : failed;
    case 'unreachable':
      return failed;
    default:
      return answer satisfies never;
  }
}

/** The words say the same: colour is never the only signal. */
function coloured(line: string, io: Io): string {
  if (/\bunhealthy\b|^FAIL\b/.test(line)) return colour('red', line, io);
  return /\bdegraded\b|^WARN\b/.test(line) ? colour('yellow', line, io) : line;
}

function colour(name: 'red' | 'yellow', text: string, { hasColours }: Io): string {
  return hasColours ? styleText(name, text, { validateStream: false }) : text;
}
