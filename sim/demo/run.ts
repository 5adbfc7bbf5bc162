import { loadScenario } from '../scenario/format/load.ts';
import { runScenario } from '../scenario/run.ts';
import { Transcript } from '../scenario/transcript.ts';
import { timelineTextOf } from '../scenario/timeline-text.ts';
import { summarize } from './summary.ts';

type Print = (line: string) => void;

/** Runs the demo and prints it. Resolves to whether the group was moved out of the unhealthy Region and back. */
export async function runDemo(
  { seed, policyFile }: { readonly seed: number; readonly policyFile: string },
  print: Print,
): Promise<boolean> {
  const scenario = { ...loadScenario(`${import.meta.dirname}/demo.yml`), seed };
  const transcript = new Transcript(print, { full: false, timelineTextAt: timelineTextOf(scenario) });
  const run = await runScenario(scenario, {
    policyFile,
    onStart: (url) => {
      print(`Local AWS at ${url}, seed ${seed}.`);
      print('Group Main line: priority 1 is vc-east in us-east-1, priority 2 is vc-west in us-west-2.');
      print('Fault: us-east-1 fails 30 % of its calls with a SIP 5xx from 09:08 to 09:38.');
      print('');
      transcript.printHeader();
    },
    onMinute: (minute) => {
      transcript.add(minute);
    },
  });
  transcript.finish();
  const summary = summarize(scenario, run);
  print('');
  for (const line of summary.lines) print(line);
  return summary.isAsExpected;
}
