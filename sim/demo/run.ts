import { loadScenario } from '../scenario/format/load.ts';
import { play, type Played } from '../scenario/run.ts';
import { Transcript } from '../scenario/transcript.ts';
import { summarize } from './summary.ts';

type Print = (line: string) => void;

/** Runs the whole story. Resolves to whether it ended well. */
export async function runDemo(
  { seed, policyFile }: { readonly seed: number; readonly policyFile: string },
  print: Print,
): Promise<boolean> {
  const story = { ...loadScenario(`${import.meta.dirname}/demo.yml`), seed };
  const transcript = new Transcript(print, { full: false });
  const played = await play(story, {
    policyFile,
    onStart: (url) => {
      print(`Local AWS at ${url}, seed ${seed}. Group main-line: vc-east in us-east-1, vc-west in us-west-2.`);
      print('us-east-1 answers 30 % of its calls with a SIP 5xx from 09:08 to 09:38.');
      print('');
      transcript.showHeader();
    },
    onMinute: (minute) => {
      transcript.show(minute);
    },
  });
  const ending = summarize(story, played);
  print('');
  for (const line of ending.lines) print(line);
  print(`AWS API calls over the wire: ${requestCounts(played).join(', ')}.`);
  return ending.wentWell;
}

function requestCounts({ requests }: Played): readonly string[] {
  const counts = Map.groupBy(requests, ({ service, operation }) => `${service} ${operation}`);
  return [...counts].map(([operation, calls]) => `${operation} ${calls.length}`).sort();
}
