/** `vcf history --report`: what happened as one HTML file, with the calls of CloudWatch beside the monitor's verdicts. */
import { writeFile } from 'node:fs/promises';
import type { CallMinute } from '../lib/history/call-minutes.ts';
import type { Entry } from '../lib/history/entry.ts';
import { decisionsIn, type LoggedEvent } from '../lib/history/log-line.ts';
import { connectorsOf, historyReport, toMinute } from '../lib/history/to-report.ts';
import { html } from '../lib/report/html.ts';
import { readMinutes } from './call-minutes.ts';
import { failureText, type Deployment } from './deployment.ts';
import { readLog } from './log.ts';

export type ReportRequest = {
  readonly deployment: Deployment;
  /** In epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly title: string;
  /** Of the groups that are shown. */
  readonly entries: readonly Entry[];
  readonly events: readonly LoggedEvent[];
  /** Id or name; undefined for every group. */
  readonly group: string | undefined;
};

export type WrittenReport = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly message: string };

const pageTitle = 'History of Voice Connector groups';

export async function writeHistoryReport(file: string, request: ReportRequest): Promise<WrittenReport> {
  const { deployment, since, until, title, group } = request;
  const log = await readLog(
    { deployment, functionName: 'monitor', from: since, until, filterPattern: '{ $.message = "decision" }' },
    () => undefined,
  );
  if (log.kind === 'unreadable') return { kind: 'failed', message: log.message };
  const decisions = decisionsIn(log.lines).filter(
    ({ voiceConnectorGroupId, name }) => group === undefined || [voiceConnectorGroupId, name].includes(group),
  );
  let minutes: readonly CallMinute[];
  try {
    minutes = await readMinutes(deployment, connectorsOf(decisions), toMinute(since), until);
  } catch (error) {
    return { kind: 'failed', message: `the calls could not be read: ${failureText(error, deployment)}` };
  }
  try {
    await writeFile(file, html(historyReport({ ...request, title: pageTitle, subtitle: title, decisions, minutes })));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message: `${file} was not written: ${reason}` };
  }
  return { kind: 'written' };
}
