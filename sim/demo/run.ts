import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { EpochMs } from '../clock.ts';
import { LocalAws, monitorRegion } from '../local-aws.ts';
import { mainLine, twoRegions } from '../two-regions.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { createWorld } from '../world/world.ts';
import { summarize, type Ending } from './summary.ts';
import { Timeline, turnSchema, type Turn } from './timeline.ts';

const minuteMs = 60_000;

/** History before the first turn, so that the monitor meets a group with a past. */
const warmUpMinutes = 60;
const shownMinutes = 65;

/** us-east-1 fails 30 % of its calls with a SIP 5xx for half an hour. */
const fault = { fromMinute: warmUpMinutes + 8, untilMinute: warmUpMinutes + 38 };

/** A turn comes a few seconds into its minute, as a schedule's does. */
const turnAfterMs = 4000;

type Print = (line: string) => void;

const worldOf = (seed: number) =>
  twoRegions(seed, Date.parse('2026-11-20T08:00:00Z'), [
    { ...fault, where: { region: 'us-east-1' }, what: { kind: 'sip-5xx', ratio: 0.3 } },
  ]);

/** Runs the whole story. Resolves to whether it ended well. */
export const runDemo = async (
  { seed, policyFile }: { readonly seed: number; readonly policyFile: string },
  print: Print,
): Promise<boolean> => {
  const spec = worldOf(seed);
  const aws = await LocalAws.start({ world: spec, groups: [mainLine], policyFile });
  try {
    print(`Local AWS at ${aws.server.url}, seed ${seed}. Group main-line: vc-east in us-east-1, vc-west in us-west-2.`);
    print('us-east-1 answers 30 % of its calls with a SIP 5xx from 09:08 to 09:38.');
    print('');
    const firstTurnAt = spec.startsAt + warmUpMinutes * minuteMs;
    aws.playUntil(firstTurnAt);
    const shown = await playWithMonitor(aws, firstTurnAt, print);
    const ending = summarize({
      with: shown,
      without: playAlone(seed),
      events: aws.account.eventBridge.events,
      faultAt: spec.startsAt + fault.fromMinute * minuteMs,
    });
    printEnding(ending, aws, print);
    return ending.wentWell;
  } finally {
    await aws.close();
  }
};

const playWithMonitor = async (
  aws: LocalAws,
  firstTurnAt: EpochMs,
  print: Print,
): Promise<readonly MinuteOfWorld[]> => {
  const lambda = new LambdaClient({
    endpoint: aws.server.url,
    region: monitorRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const timeline = new Timeline(print);
  const played: MinuteOfWorld[] = [];
  for (let minute = 1; minute <= shownMinutes; minute += 1) {
    const minutes = aws.playUntil(firstTurnAt + minute * minuteMs + turnAfterMs);
    played.push(...minutes);
    const eventsBefore = aws.account.eventBridge.events.length;
    const turn = await invokeMonitor(lambda);
    if (minute % 5 === 0) await invoke(lambda, 'sessions');
    timeline.show(minutes, turn, aws.account.eventBridge.events.slice(eventsBefore));
  }
  lambda.destroy();
  return played;
};

const invoke = async (lambda: LambdaClient, functionName: string): Promise<string> => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: '{}' }));
  const payload = new TextDecoder().decode(answer.Payload);
  if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed: ${payload}`);
  return payload;
};

const invokeMonitor = async (lambda: LambdaClient): Promise<Turn> =>
  turnSchema.parse(JSON.parse(await invoke(lambda, 'monitor')));

/** The same callers with the same luck, and nobody who moves the group. */
const playAlone = (seed: number): readonly MinuteOfWorld[] => {
  const world = createWorld(worldOf(seed));
  const routing = [
    {
      voiceConnectorGroupId: 'main-line',
      callDistributionType: 'PriorityWeightedDistribution' as const,
      items: (mainLine.items ?? []).map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority })),
    },
  ];
  const minutes = Array.from({ length: warmUpMinutes + shownMinutes }, () => world.runMinute(routing));
  return minutes.slice(warmUpMinutes);
};

const printEnding = (ending: Ending, aws: LocalAws, print: Print): void => {
  print('');
  for (const line of ending.lines) print(line);
  const requests = Map.groupBy(aws.server.requests, ({ service, operation }) => `${service} ${operation}`);
  const counts = [...requests].map(([operation, calls]) => `${operation} ${calls.length}`);
  print(`AWS API calls over the wire: ${counts.sort().join(', ')}.`);
};
