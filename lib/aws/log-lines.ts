/** CloudWatch Logs: the lines of a function's log. FilterLogEvents answers at once, also about lines that are seconds old. */
import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LogLinesRequest, LogsPort } from '../ports.ts';
import { limited } from './client.ts';

/** Of one page: AWS searches up to a megabyte, and the SDK's pauses after throttled attempts are part of it. */
const pageLimitMs = 30_000;

export class LogLines implements LogsPort {
  readonly #client: CloudWatchLogsClient;

  constructor({ client }: { readonly client: CloudWatchLogsClient }) {
    this.#client = client;
  }

  /** A log group that is not there has no lines: that of a function which never ran may have been deleted, or was never made. */
  async lines(request: LogLinesRequest, signal: AbortSignal): Promise<readonly unknown[]> {
    try {
      return await this.#linesIn(request, signal);
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
      throw error;
    }
  }

  async #linesIn(
    { logGroup: logGroupName, from: startTime, until: endTime, filterPattern }: LogLinesRequest,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const lines: unknown[] = [];
    let next: { readonly nextToken?: string | undefined } = {};
    do {
      const command = new FilterLogEventsCommand({ logGroupName, startTime, endTime, filterPattern, ...next });
      const { events = [], nextToken } = await this.#client.send(command, limited(signal, pageLimitMs));
      // A pattern for JSON matches no other line.
      for (const { message = 'null' } of events) lines.push(JSON.parse(message));
      next = { nextToken };
    } while (next.nextToken !== undefined);
    return lines;
  }
}
