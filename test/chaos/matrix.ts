/** Plays one turn with faults in it, and the turns after it without, and says which rules it broke. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import { hour, minute, type TestAws } from '../wire-support/account.ts';
import {
  publishCalls,
  seedHealthy,
  seedMainLine,
  seedRecovered,
  seedSick,
  failing,
} from '../wire-support/account-fixtures.ts';
import { chaosOf, type Case, type FunctionName } from './deployment.ts';
import { callsIn, strike, type Strike, type Target } from './faults.ts';
import { isLaterPage, seedSickBehindAnother } from './short-pages.ts';
import { brokenEnding, brokenRecord, brokenWrites, recordOf } from './rules.ts';

export type Scene = {
  readonly scene: string;
  readonly functionName: FunctionName;
  readonly seed: (aws: TestAws) => void;
  /** What goes on as time does, for the turns after. */
  readonly goOn: (aws: TestAws) => void;
  /** Who is the first choice in the end. */
  readonly top: string;
  /** What a move must have read whole: for each, words that the request and its input contain. */
  readonly proof: readonly (readonly string[])[];
  /** Whether EventBridge takes nothing in this scene, so that everything goes to the queue. */
  readonly isBusGone?: true;
  /** Which of its calls are struck. Default: all. */
  readonly strikes?: (target: Target) => boolean;
};

const failuresRead = ['GetMetricData us-east-1', 'InboundCallFailures', '"Period":60', '"vc-east"'];
/** A return is nobody's rescue: it waits for the operator's word, the record of changes, and proof that the line works. */
const recoveryRead = [
  ['GetMetricData us-east-1', 'OutboundCallFailures', 'vc-east'],
  ['GetMetricData', 'PriorityChange'],
  ['GetParametersByPath'],
];

function failingStill(aws: TestAws): void {
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', failuresAt: failing });
}

/** One of them has outlived its ExpiryMinutes, so that there is something to find. */
function servedSessions(aws: TestAws): void {
  seedMainLine(aws);
  const { chime } = aws.account;
  chime.proxySessions.mode = 'served';
  chime.seedProxySession({ voiceConnectorId: 'vc-east', createdAt: aws.clock.now() - 2 * hour });
}

const failover = {
  functionName: 'monitor',
  seed: seedSick,
  goOn: failingStill,
  top: 'vc-west',
  proof: [failuresRead],
} as const;
function nothing(): void {
  return undefined;
}
/** The bus's own calls are struck by what belongs to the scene. */
function isNotBus({ call }: Target): boolean {
  return !call.startsWith('PutEvents');
}

const inventory = {
  functionName: 'sessions',
  seed: servedSessions,
  goOn: nothing,
  top: 'vc-east',
  proof: [['no move']],
} as const;

export const scenes = {
  failover: { scene: 'a failover', ...failover },
  failoverWithoutBus: {
    scene: 'a failover while the bus takes nothing',
    ...failover,
    isBusGone: true,
    strikes: isNotBus,
  },
  failoverInPages: {
    scene: 'a failover where every listing has a later page',
    ...failover,
    seed: seedSickBehindAnother,
    strikes: isLaterPage,
  },
  failback: {
    scene: 'a failback',
    functionName: 'monitor',
    seed: seedRecovered,
    goOn: (aws) => {
      publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
      publishCalls(aws, {
        voiceConnectorId: 'vc-east',
        region: 'us-east-1',
        direction: 'Outbound',
        attemptsPerMinute: 4,
      });
    },
    top: 'vc-east',
    proof: recoveryRead,
  },
  hold: {
    scene: 'a hold',
    functionName: 'monitor',
    seed: seedHealthy,
    goOn: nothing,
    top: 'vc-east',
    proof: [['no move']],
  },
  inventory: { scene: 'an inventory', ...inventory },
  inventoryWithoutBus: {
    scene: 'an inventory while the bus takes nothing',
    ...inventory,
    isBusGone: true,
    strikes: isNotBus,
  },
} as const satisfies Readonly<Record<string, Scene>>;

const busGone = {
  operation: 'PutEvents',
  effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' },
} as const;

/** How long after the faulted turn the fault-free ones come. A change that was noted keeps everybody waiting for a while. */
const laterMinutes = [1, 2, 13, 34, 65];

export type Verdict = {
  readonly strikes: readonly Strike[];
  readonly broken: readonly string[];
  readonly ending: 'returned' | 'threw' | 'timed out';
  readonly isStruck: boolean;
  /** How many events went which way. */
  readonly delivered: number;
  readonly parked: number;
  readonly logged: number;
  readonly moved: number;
  /** Minutes until a turn without faults had the right order; undefined where none did. */
  readonly rightAfter: number | undefined;
};

/** What a result says, without times, ids and words. */
function gist(name: FunctionName, result: unknown): string {
  const { groups, connectors, findings, problems, outcome } = result as {
    readonly groups?: readonly {
      readonly decision: string;
      readonly code?: string;
      readonly outcome?: { readonly kind: string };
    }[];
    readonly connectors?: readonly { readonly sessions: Readonly<Record<string, { readonly answer: string }>> }[];
    readonly findings?: readonly { readonly code: string; readonly voiceConnectorId?: string }[];
    readonly problems: readonly unknown[];
    readonly outcome: string;
  };
  const decided = groups?.map(({ decision, code, outcome: end }) => [decision, code, end?.kind]);
  const counted = connectors?.map(({ sessions }) => Object.values(sessions).map(({ answer }) => answer));
  const found = findings?.map(({ code, voiceConnectorId }) => [code, voiceConnectorId]);
  return JSON.stringify({ name, outcome, problems: problems.length, decided, counted, found });
}

function topOf({ items }: GroupSettings): string | undefined {
  return items.find(({ priority }) => priority === 1)?.voiceConnectorId;
}

export function matrixOf() {
  const play = chaosOf();

  const fresh = (scene: Scene, { aws }: Case) => {
    const { groups } = aws.account.chime;
    scene.seed(aws);
    if (scene.isBusGone === true) aws.misbehave(busGone);
    const taken: GroupSettings[] = [];
    const update = groups.update.bind(groups);
    groups.update = (region, id, settings) => {
      const accepted = update(region, id, settings);
      taken.push(settings);
      return accepted;
    };
    const group = (): GroupSettings => {
      const { name, items, callDistributionType } = groups.get('us-east-1', 'main-line');
      return { name, items, callDistributionType };
    };
    return { taken, group };
  };

  /** What a turn asks and answers when nothing goes wrong but what belongs to the scene. */
  const faultless = (scene: Scene) =>
    play(scene.functionName, async (one) => {
      fresh(scene, one);
      const { ending } = await one.invoke();
      const whole = ending.kind === 'returned' ? gist(scene.functionName, ending.result) : undefined;
      return { calls: callsIn(one.aws.asked), whole };
    });

  const playWith = (scene: Scene, strikes: readonly Strike[], whole: string | undefined): Promise<Verdict> =>
    play(scene.functionName, async (one) => {
      const { aws, time, invoke } = one;
      const { taken, group } = fresh(scene, one);
      const before = group();
      // What strikes a call comes before what belongs to the scene.
      const struck = strikes.map((each) => ({ ...each, ...strike({ aws, unanswered: time.unanswered }, each) }));
      const invocation = await invoke();
      for (const { catchUp } of struck) catchUp();
      const isStruck = struck.some(({ attempts }) => attempts.size > 0);
      aws.server.clearMisbehaviour();
      aws.account.chime.groups.updatePropagation = { visibleAfterMs: 0 };
      const record = recordOf(aws, invocation);
      const { proof, functionName } = scene;
      const turn = {
        functionName,
        aws,
        invocation,
        record,
        strikes: struck,
        taken: [...taken],
        before,
        after: group(),
        proof,
      };
      const broken = [
        ...brokenWrites(turn),
        ...brokenRecord(turn),
        ...brokenEnding(turn, (result) => gist(scene.functionName, result) === whole),
      ];
      const rightAfter = await minutesUntilRight(scene, one, group);
      return {
        strikes,
        broken: rightAfter === undefined ? [...broken, `never came right: ${JSON.stringify(group().items)}`] : broken,
        ending: invocation.ending.kind,
        isStruck,
        delivered: record.onBus.length,
        parked: record.inQueue.length,
        logged: record.inLog.length,
        moved: turn.taken.length,
        rightAfter,
      };
    });

  return { faultless, playWith };
}

/** Turns without faults, until one succeeds and the group is as it should be. */
async function minutesUntilRight(
  { top, goOn }: Scene,
  { aws, invoke }: Case,
  group: () => GroupSettings,
): Promise<number | undefined> {
  const from = aws.clock.now();
  for (const minutes of laterMinutes) {
    aws.clock.jumpTo(from + minutes * minute);
    if (minutes > 2) goOn(aws);
    const { ending } = await invoke();
    if (ending.kind === 'returned' && topOf(group()) === top) return minutes;
  }
  return undefined;
}
