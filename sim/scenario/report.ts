/** A scenario from its first line to its last: what it is, its minutes, what it came to. */
import type { Permissions } from '../wire/iam/permissions.ts';
import { callsSaved, check, tally, type Checked } from './check.ts';
import type { Scenario } from './format/body.ts';
import { happeningsOf } from './timeline-text.ts';
import { play, type Played } from './run.ts';
import { minuteAsJson, Transcript } from './transcript.ts';

export type ReportOptions = {
  readonly policyFile?: string | undefined;
  readonly format: 'text' | 'json';
  /** Holds the functions to the roles of a packaged template. */
  readonly permissions?: Permissions | undefined;
};

type Print = (line: string) => void;

/** Plays it and prints it as it goes. Resolves to whether everything was as expected. */
export async function report(scenario: Scenario, options: ReportOptions, print: Print): Promise<boolean> {
  const { policyFile, permissions, format } = options;
  const happenings = happeningsOf(scenario);
  if (format === 'json') {
    const played = await play(scenario, {
      policyFile,
      permissions,
      onMinute: (minute) => {
        print(JSON.stringify(minuteAsJson(minute, happenings(minute.minute))));
      },
    });
    const checked = check(scenario, played);
    print(JSON.stringify({ scenario: scenario.name, seed: scenario.seed, expectations: checked.map(expectation) }));
    return isAllRight(checked);
  }
  for (const line of [`${scenario.name}, seed ${scenario.seed}: ${scenario.title}`, scenario.shows.trim(), ''])
    print(line);
  const transcript = new Transcript(print, { full: true, happenings });
  transcript.showHeader();
  const played = await play(scenario, {
    policyFile,
    permissions,
    onMinute: (minute) => {
      transcript.show(minute);
    },
  });
  const checked = check(scenario, played);
  for (const line of ['', ...ledger(played), '', ...checked.map(verdict)]) print(line);
  return isAllRight(checked);
}

function isAllRight(checked: readonly Checked[]): boolean {
  return checked.every(({ failure }) => failure === undefined);
}

function expectation({ what, failure }: Checked) {
  return { expected: what, ok: failure === undefined, failure };
}

function verdict({ what, failure }: Checked): string {
  return failure === undefined ? `ok      ${what}` : `FAILED  ${what}: ${failure}`;
}

function ledger(played: Played): readonly string[] {
  const [withIt, alone] = [tally(played.minutes.map(({ calls }) => calls)), tally(played.alone)];
  const writes = played.minutes.reduce((sum, minute) => sum + minute.writes, 0);
  return [
    `Of ${withIt.offered} calls ${withIt.failed} failed, ${withIt.byFaults} of them by faults; without the monitor ` +
      `${alone.byFaults} would have: ${callsSaved(played)} saved. UpdateVoiceConnectorGroup was asked for ${writes} times.`,
  ];
}
