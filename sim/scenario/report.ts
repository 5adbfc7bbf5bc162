/** Runs a scenario and prints it: title, transcript, call counts, and the result of every expectation. */
import { writeFileSync } from 'node:fs';
import type { WakeMode } from '../../lib/core/model/wake.ts';
import { html } from '../../lib/report/html.ts';
import type { Permissions } from '../wire/iam/permissions.ts';
import { check, type CheckResult } from './check.ts';
import type { Scenario } from './format/body.ts';
import { runScenario, type ScenarioRun } from './run.ts';
import { callsSaved, tally } from './tally.ts';
import { scenarioReport } from './to-report.ts';
import { timelineTextOf } from './timeline-text.ts';
import { minuteAsJson, Transcript } from './transcript.ts';

export type ReportOptions = {
  readonly policyFile?: string | undefined;
  readonly format: 'text' | 'json';
  readonly wake?: WakeMode | undefined;
  /** The HTML file to write. */
  readonly reportFile?: string | undefined;
  /** Restricts the functions to the roles of a packaged template. */
  readonly permissions?: Permissions | undefined;
  /** The folder of packaged functions. Default: the sources. */
  readonly packageFolder?: string;
};

type Print = (line: string) => void;

type Printed = { readonly run: ScenarioRun; readonly results: readonly CheckResult[] };

/** Prints while the scenario runs. Resolves to whether every expectation was met. */
export async function runAndPrint(scenario: Scenario, options: ReportOptions, print: Print): Promise<boolean> {
  const { run, results } = await (options.format === 'json' ? printJson : printText)(scenario, options, print);
  if (options.reportFile !== undefined) writeFileSync(options.reportFile, html(scenarioReport(scenario, run, results)));
  return results.every(({ failure }) => failure === undefined);
}

async function printJson(scenario: Scenario, options: ReportOptions, print: Print): Promise<Printed> {
  const timelineTextAt = timelineTextOf(scenario);
  const run = await runScenario(scenario, {
    ...options,
    onMinute: (minute) => {
      print(JSON.stringify(minuteAsJson(minute, timelineTextAt(minute.minute))));
    },
  });
  const results = check(scenario, run);
  print(JSON.stringify({ scenario: scenario.name, seed: scenario.seed, expectations: results.map(resultAsJson) }));
  return { run, results };
}

async function printText(scenario: Scenario, options: ReportOptions, print: Print): Promise<Printed> {
  for (const line of [`${scenario.name}, seed ${scenario.seed}: ${scenario.title}`, scenario.shows.trim(), ''])
    print(line);
  const transcript = new Transcript(print, { full: true, timelineTextAt: timelineTextOf(scenario) });
  transcript.printHeader();
  const run = await runScenario(scenario, {
    ...options,
    onMinute: (minute) => {
      transcript.add(minute);
    },
  });
  transcript.finish();
  const results = check(scenario, run);
  for (const line of ['', ...callSummary(run), '', ...results.map(resultLine)]) print(line);
  return { run, results };
}

function resultAsJson({ what, failure }: CheckResult) {
  return { expected: what, ok: failure === undefined, failure };
}

function resultLine({ what, failure }: CheckResult): string {
  return failure === undefined ? `ok      ${what}` : `FAILED  ${what}: ${failure}`;
}

function callSummary(run: ScenarioRun): readonly string[] {
  const [monitored, unmonitored] = [tally(run.minutes.map(({ calls }) => calls)), tally(run.withoutMonitor)];
  const writes = run.minutes.reduce((sum, minute) => sum + minute.writes, 0);
  return [
    `Calls: ${monitored.offered} offered, ${monitored.failed} failed, ${monitored.failedByFaults} of them because of faults; ` +
      `without the monitor ${unmonitored.failedByFaults} because of faults; calls saved: ${callsSaved(run)}. ` +
      `UpdateVoiceConnectorGroup requests: ${writes}.`,
  ];
}
