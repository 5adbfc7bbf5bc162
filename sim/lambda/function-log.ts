import type { Readable } from 'node:stream';

/** Lambda hands back the last 4 KB of an invocation's log to who asks for it. */
const tailBytes = 4096;

/** What one function writes, line by line. */
export class FunctionLog {
  readonly #onLine: (line: string) => void;
  #tail = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes a stream's lines as they become whole; a last one without an end when the stream ends. */
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

  /** The end of what was written since the last time. */
  takeTail(): string {
    const tail = this.#tail;
    this.#tail = '';
    return tail;
  }
}
