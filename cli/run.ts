/** One command: parses it, invokes the function, prints its answer. */
import { styleText } from 'node:util';
import * as z from 'zod';
import { invoke, type Answer } from './invoke.ts';
import { parseCommandLine } from './request.ts';

/** Done, or nothing to do. */
const done = 0;
/** The command was refused, or a group is not ready. */
const refused = 1;
/** The command line is wrong, the function could not be invoked, or failed: nothing is known of what it did. */
const failed = 2;

export type Io = {
  /** In epoch milliseconds. */
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
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
  const parsed = parseCommandLine(args, io.now(), io);
  if (parsed.kind === 'nothing') return parsed.isMistake ? failed : done;
  const answer = await invoke(parsed.request);
  return parsed.request.isJson ? printJson(answer, io) : printText(answer, io);
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
