import type { Readable } from 'node:stream';

/** Lambda returns the last 4 KB of an invocation's log on request. */
const tailBytes = 4096;

/** The log lines of one function. */
export class FunctionLog {
  readonly #onLine: (line: string) => void;
  #tail = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Captures a stream's lines as they are completed, and an unterminated last line at the end of the stream. */
  capture(stream: Readable): void {
    let unfinished = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) this.write(line);
    });
    stream.on('end', () => {
      if (unfinished !== '') this.write(unfinished);
    });
  }

  write(line: string): void {
    const whole = Buffer.from(`${this.#tail}${line}\n`);
    this.#tail = whole.subarray(Math.max(0, whole.length - tailBytes)).toString();
    this.#onLine(line);
  }

  /** The end of the log since the last call. */
  takeTail(): string {
    const tail = this.#tail;
    this.#tail = '';
    return tail;
  }
}
