/** Makes one run with faults and later runs without, and reports the rules that were broken. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import { hour, minute, type TestAws } from '../wire-support/account.ts';
import {
  publishCalls,
  seedHealthy,
  seedMainLine,
  seedRecovered,
  seedUnhealthy,
  failing,
} from '../wire-support/account-fixtures.ts';
import { chaosIn, type Case, type FunctionName } from './deployment.ts';
import { callsIn, injectFault, type FaultInjection, type Target } from './faults.ts';
import { isLaterPage, seedUnhealthyBehindAnother } from './short-pages.ts';
import { brokenEnding, brokenRecord, brokenWrites, recordOf } from './rules.ts';

export type Situation = {
  readonly name: string;
  readonly functionName: FunctionName;
  readonly seed: (aws: TestAws) => void;
  /** Continues the calls for the later runs. */
  readonly continueCalls: (aws: TestAws) => void;
  /** The primary in the end. */
  readonly top: string;
  /** What a move must have read completely: for each read, texts that its request contains. */
  readonly proof: readonly (readonly string[])[];
  /** Whether EventBridge refuses every event in this situation, so that all go to the queue. */
  readonly isBusGone?: true;
  /** The calls to inject faults into. Default: all. */
  readonly affects?: (target: Target) => boolean;
};

/** The read of every run. What is read of suspects in addition repeats the failures, and a move does not depend on it. */
const failuresRead = [
  'GetMetricData us-east-1',
  'InboundCallFailures',
  'MOSBetweenVcAndRemote',
  '"Period":60',
  '"vc-east"',
];
/** A failback is not urgent: it requires the overrides, the record of changes, and proof that the preferred connector works. */
const recoveryRead = [
  ['GetMetricData us-east-1', 'OutboundCallFailures', 'vc-east'],
  ['GetMetricData', 'PriorityChange'],
  ['GetParametersByPath'],
];

function failingStill(aws: TestAws): void {
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', failuresAt: failing });
}

/** One session is older than its ExpiryMinutes, so that there is a finding. */
function servedSessions(aws: TestAws): void {
  seedMainLine(aws);
  const { chime } = aws.account;
  chime.proxySessions.mode = 'served';
  chime.seedProxySession({ voiceConnectorId: 'vc-east', createdAt: aws.clock.now() - 2 * hour });
}

const failover = {
  functionName: 'monitor',
  seed: seedUnhealthy,
  continueCalls: failingStill,
  top: 'vc-west',
  proof: [failuresRead],
} as const;
function nothing(): void {
  return undefined;
}
/** The situation itself lets the calls to the bus fail. */
function isNotBus({ call }: Target): boolean {
  return !call.startsWith('PutEvents');
}

const inventory = {
  functionName: 'sessions',
  seed: servedSessions,
  continueCalls: nothing,
  top: 'vc-east',
  proof: [['no move']],
} as const;

export const situations = {
  failover: { name: 'a failover', ...failover },
  failoverWithoutBus: {
    name: 'a failover while the bus refuses every event',
    ...failover,
    isBusGone: true,
    affects: isNotBus,
  },
  failoverInPages: {
    name: 'a failover where every listing has a later page',
    ...failover,
    seed: seedUnhealthyBehindAnother,
    affects: isLaterPage,
  },
  failback: {
    name: 'a failback',
    functionName: 'monitor',
    seed: seedRecovered,
    continueCalls: (aws) => {
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
    name: 'a hold',
    functionName: 'monitor',
    seed: seedHealthy,
    continueCalls: nothing,
    top: 'vc-east',
    proof: [['no move']],
  },
  inventory: { name: 'an inventory', ...inventory },
  inventoryWithoutBus: {
    name: 'an inventory while the bus refuses every event',
    ...inventory,
    isBusGone: true,
    affects: isNotBus,
  },
} as const satisfies Readonly<Record<string, Situation>>;

const busGone = {
  operation: 'PutEvents',
  effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' },
} as const;

/** Minutes after the run with faults at which fault-free runs follow. A recorded change causes a cooldown. */
const laterMinutes = [1, 2, 13, 34, 65];

export type Verdict = {
  readonly injections: readonly FaultInjection[];
  readonly broken: readonly string[];
  readonly ending: 'returned' | 'threw' | 'timed out';
  readonly isAffected: boolean;
  /** Events by the way they were delivered. */
  readonly delivered: number;
  readonly stored: number;
  readonly logged: number;
  readonly moved: number;
  /** Minutes until the group had the right order after a fault-free run; undefined if it never had. */
  readonly rightAfter: number | undefined;
};

/** The essential content of a result, without times, ids and texts. */
function gistOf(name: FunctionName, result: unknown): string {
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
  const play = chaosIn();

  const fresh = (situation: Situation, { aws }: Case) => {
    const { groups } = aws.account.chime;
    situation.seed(aws);
    if (situation.isBusGone === true) aws.misbehave(busGone);
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

  /** The calls and the result of a run without injected faults. */
  const faultless = (situation: Situation) =>
    play(situation.functionName, async (one) => {
      fresh(situation, one);
      const { ending } = await one.invoke();
      const whole = ending.kind === 'returned' ? gistOf(situation.functionName, ending.result) : undefined;
      return { calls: callsIn(one.aws.asked), whole };
    });

  const playWith = (
    situation: Situation,
    injections: readonly FaultInjection[],
    whole: string | undefined,
  ): Promise<Verdict> =>
    play(situation.functionName, async (one) => {
      const { aws, time, invoke } = one;
      const { taken, group } = fresh(situation, one);
      const before = group();
      // The rules of the injections precede those of the situation.
      const injected = injections.map((each) => ({
        ...each,
        ...injectFault({ aws, unanswered: time.unanswered }, each),
      }));
      const invocation = await invoke();
      for (const { catchUp } of injected) catchUp();
      const isAffected = injected.some(({ attempts }) => attempts.size > 0);
      aws.server.clearMisbehaviour();
      aws.account.chime.groups.updatePropagation = { visibleAfterMs: 0 };
      const record = recordOf(aws, invocation);
      const { proof, functionName } = situation;
      const turn = {
        functionName,
        aws,
        invocation,
        record,
        injections: injected,
        taken: [...taken],
        before,
        after: group(),
        proof,
      };
      const broken = [
        ...brokenWrites(turn),
        ...brokenRecord(turn),
        ...brokenEnding(turn, (result) => gistOf(situation.functionName, result) === whole),
      ];
      const rightAfter = await minutesUntilRight(situation, one, group);
      return {
        injections,
        broken:
          rightAfter === undefined
            ? [...broken, `never had the right order: ${JSON.stringify(group().items)}`]
            : broken,
        ending: invocation.ending.kind,
        isAffected,
        delivered: record.onBus.length,
        stored: record.inQueue.length,
        logged: record.inLog.length,
        moved: turn.taken.length,
        rightAfter,
      };
    });

  return { faultless, playWith };
}

/** Makes runs without faults until one succeeds and the group has the right order. */
async function minutesUntilRight(
  { top, continueCalls }: Situation,
  { aws, invoke }: Case,
  group: () => GroupSettings,
): Promise<number | undefined> {
  const from = aws.clock.now();
  for (const minutes of laterMinutes) {
    aws.clock.jumpTo(from + minutes * minute);
    if (minutes > 2) continueCalls(aws);
    const { ending } = await invoke();
    if (ending.kind === 'returned' && topOf(group()) === top) return minutes;
  }
  return undefined;
}
