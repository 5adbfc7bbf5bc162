/** Reads the log of a function. FilterLogEvents answers at once, also about lines that are seconds old; Logs Insights does neither. */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { clientSettings, deployedName, failureText, type Deployment } from './deployment.ts';

export type LogRequest = {
  readonly deployment: Deployment;
  readonly functionName: 'monitor' | 'operate';
  /** In epoch milliseconds, both ends included. */
  readonly from: number;
  readonly until: number;
  readonly filterPattern: string;
};

export type LogReading =
  | { readonly kind: 'read'; readonly lines: readonly unknown[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Attempts of the SDK at a request. AWS allows five requests a second to all readers of an account together; the local AWS has one reader. */
const attempts = { stack: 8, local: 2 };

/**
 * The lines that match, oldest first, as parsed JSON.
 *
 * @param onProgress called with each page: the share of the time range that was read, 0 to 1
 */
export async function readLog(
  { deployment, functionName, from, until, filterPattern }: LogRequest,
  onProgress: (share: number) => void,
): Promise<LogReading> {
  const client = new CloudWatchLogsClient({ ...clientSettings(deployment), maxAttempts: attempts[deployment.kind] });
  const logGroupName = `/aws/lambda/${deployedName(deployment, functionName)}`;
  const request = { logGroupName, startTime: from, endTime: until, filterPattern };
  try {
    const lines: unknown[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, request)) {
      // A pattern for JSON matches no other line.
      for (const { message } of events) lines.push(JSON.parse(message ?? 'null'));
      onProgress(((events.at(-1)?.timestamp ?? from) - from) / Math.max(1, until - from));
    }
    return { kind: 'read', lines };
  } catch (error) {
    return { kind: 'unreadable', message: `${logGroupName} could not be read: ${failureText(error, deployment)}` };
  } finally {
    client.destroy();
  }
}
