/** Runs a scenario minute by minute: the unmodified functions on the local AWS, over the wire. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StoredEvent } from '../account/eventbridge.ts';
import { scheduleMinutes, type WakeMode } from '../../lib/core/model/wake.ts';
import { LocalAws } from '../local-aws.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Permissions } from '../wire/iam/permissions.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import type { Scenario } from './format/body.ts';
import { TimelineDriver } from './timeline-driver.ts';
import { turnOf, type Turn } from './turn.ts';
import { runWithoutMonitor } from './without-monitor.ts';
import { connectorSeedsOf, groupSeedsOf, minuteMs, worldOf } from './world.ts';

/** The monitor runs a few seconds into each minute, as a schedule invokes it. */
const runDelayMs = 4000;

const scheduledEvent = readFileSync(`${import.meta.dirname}/../../events/scheduled.json`, 'utf8');

export type SimulatedMinute = {
  /** The minute that begins now. Its run judges the minutes before it. */
  readonly minute: number;
  readonly at: number;
  /** When its run was due. */
  readonly turnAt: number;
  /** The calls of the minute that just ended. */
  readonly calls: MinuteOfWorld;
  /** Empty while the monitor is dead or still busy with an earlier run, two where it is doubled. */
  readonly turns: readonly Turn[];
  readonly events: readonly StoredEvent[];
  /** Number of UpdateVoiceConnectorGroup requests. */
  readonly writes: number;
};

export type ScenarioRun = {
  readonly minutes: readonly SimulatedMinute[];
  /** The same callers, seed and operator without a monitor. */
  readonly withoutMonitor: readonly MinuteOfWorld[];
  /** Voice Connector ids in priority order, by group. */
  readonly finalOrder: ReadonlyMap<string, readonly string[]>;
  readonly finalNames: ReadonlyMap<string, string>;
};

export type RunOptions = {
  /** Replaces the scenario's policy. */
  readonly policyFile?: string | undefined;
  /** Restricts the functions to the roles of a packaged template. */
  readonly permissions?: Permissions | undefined;
  /** The folder of packaged functions. Default: the sources. */
  readonly packageFolder?: string | undefined;
  /** `alarms`: the monitor runs as with `wake: alarms` of a stage. Default: every minute. */
  readonly wake?: WakeMode | undefined;
  readonly onStart?: (url: string) => void;
  readonly onMinute?: (minute: SimulatedMinute) => void;
  /** Called after the last minute, while the local AWS still answers. */
  readonly onEnd?: (aws: LocalAws) => Promise<void>;
};

export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<ScenarioRun> {
  const folder = temporaryFolder('scenario-');
  try {
    const policyFile = options.policyFile ?? policyFileOf(scenario, folder.path);
    return await runWithPolicy(scenario, policyFile, options);
  } finally {
    folder.remove();
  }
}

function policyFileOf({ policy }: Scenario, folder: string): string {
  if (policy === undefined) return `${import.meta.dirname}/../policy.yml`;
  const file = join(folder, 'policy.yml');
  writeFileSync(file, stringify(policy));
  return file;
}

async function runWithPolicy(scenario: Scenario, policyFile: string, options: RunOptions): Promise<ScenarioRun> {
  const log: string[] = [];
  const aws = await LocalAws.start({
    world: worldOf(scenario),
    groups: groupSeedsOf(scenario),
    policyFile,
    permissions: options.permissions,
    wake: options.wake,
    packageFolder: options.packageFolder,
    // Only the scenario advances the time, so that two runs with one seed are identical.
    speed: 0,
    pauses: 'skipped',
    onLog: ({ functionName, line }) => {
      if (functionName !== 'sessions') log.push(line);
    },
  });
  try {
    for (const connector of connectorSeedsOf(scenario)) aws.account.chime.seedConnector(connector);
    options.onStart?.(aws.server.url);
    const driver = new TimelineDriver(aws, scenario);
    const minutes: SimulatedMinute[] = [];
    for (let minute = 1; minute <= scenario.minutes; minute += 1) {
      const simulated = await runMinute(minute, { aws, scenario, driver, log });
      options.onMinute?.(simulated);
      minutes.push(simulated);
    }
    await options.onEnd?.(aws);
    return {
      minutes,
      withoutMonitor: runWithoutMonitor(scenario),
      finalOrder: finalOrderOf(aws),
      finalNames: finalNamesOf(aws, scenario),
    };
  } finally {
    await aws.close();
  }
}

type RunState = {
  readonly aws: LocalAws;
  readonly scenario: Scenario;
  readonly driver: TimelineDriver;
  readonly log: string[];
};

async function runMinute(minute: number, state: RunState): Promise<SimulatedMinute> {
  const { aws, scenario, driver } = state;
  const at = scenario.startsAt + minute * minuteMs;
  const { turns: count, lateSeconds } = monitorAt(scenario, minute);
  const dueAt = at + runDelayMs + lateSeconds * 1000;
  const isBusy = driver.now > dueAt;
  if (!isBusy) driver.advanceTo(dueAt);
  const eventsBefore = aws.account.eventBridge.events.length;
  const requestsBefore = aws.server.requests.length;
  const turns = [
    ...(await runCommands(minute, state)),
    ...(await runMonitor(minute, isBusy ? 0 : count, state)),
    ...(await runInventory(minute, state)),
  ];
  return {
    minute,
    at,
    turnAt: dueAt,
    calls: driver.callsOf(minute),
    turns,
    events: aws.account.eventBridge.events.slice(eventsBefore),
    writes: aws.server.requests.slice(requestsBefore).filter(isWrite).length,
  };
}

/** The operator's commands of this minute. A command that neither decides nor fails, such as a pause, is not a turn. */
async function runCommands(minute: number, { aws, scenario, log }: RunState): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const entry of scenario.timeline.operator) {
    if (entry.does !== 'command' || entry.at !== minute) continue;
    log.length = 0;
    const turn = turnOf(await aws.invoke('operate', JSON.stringify(entry.command)), log);
    if (turn.decisions.length > 0 || turn.error !== undefined) turns.push(turn);
  }
  return turns;
}

async function runMonitor(minute: number, count: number, { aws, driver, log }: RunState): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  const run = async (payload: string): Promise<void> => {
    log.length = 0;
    turns.push(turnOf(await driver.duringRunOf(minute, () => aws.invoke('monitor', payload)), log));
  };
  for (const { payload } of aws.account.takeInvocations()) if (count > 0) await run(payload);
  for (let made = 0; made < count && minute % scheduleMinutes[aws.wake] === 0; made += 1) await run(scheduledEvent);
  return turns;
}

/** The proxy-session inventory shows up only where it fails. */
async function runInventory(minute: number, { aws, scenario }: RunState): Promise<readonly Turn[]> {
  const { inventoryEveryMinutes } = scenario;
  if (inventoryEveryMinutes === undefined || minute % inventoryEveryMinutes !== 0) return [];
  const inventory = turnOf(await aws.invoke('sessions', scheduledEvent), []);
  return inventory.error === undefined ? [] : [inventory];
}

function isWrite({ operation }: { readonly operation: string }): boolean {
  return operation === 'UpdateVoiceConnectorGroup';
}

function monitorAt({ timeline }: Scenario, minute: number): { readonly turns: number; readonly lateSeconds: number } {
  let [turns, lateSeconds] = [1, 0];
  for (const entry of timeline.monitor) {
    if (entry.is === 'paused' || minute < entry.from || minute >= entry.until) continue;
    if (entry.is === 'late') lateSeconds += entry.seconds;
    else turns = entry.is === 'dead' ? 0 : 2 * turns;
  }
  return { turns, lateSeconds };
}

function finalOrderOf(aws: LocalAws): ScenarioRun['finalOrder'] {
  return new Map(
    aws.account
      .routedGroups()
      .map(({ voiceConnectorGroupId, items }) => [
        voiceConnectorGroupId,
        [...items]
          .sort((a, b) => (a.priority ?? 100) - (b.priority ?? 100))
          .map(({ voiceConnectorId }) => voiceConnectorId),
      ]),
  );
}

function finalNamesOf({ account }: LocalAws, { groups }: Scenario): ScenarioRun['finalNames'] {
  return new Map(groups.map(({ id, controlRegion }) => [id, account.chime.groups.get(controlRegion, id).name]));
}
