/** Plays a scenario minute by minute: the unmodified functions on the local AWS, over the wire. */
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StoredEvent } from '../account/eventbridge.ts';
import { LocalAws } from '../local-aws.ts';
import type { Permissions } from '../wire/iam/permissions.ts';
import type { RequestRecord } from '../wire/request-log.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { playAlone } from './without-monitor.ts';
import type { Scenario } from './format/body.ts';
import { Stage } from './timeline-driver.ts';
import { turnOf, type Turn } from './turn.ts';
import { connectorSeedsOf, groupSeedsOf, minuteMs, worldOf } from './world.ts';

/** A turn comes a few seconds into its minute, as a schedule's does. */
const turnAfterMs = 4000;

/** What a schedule sends. */
const wakeUp = readFileSync(`${import.meta.dirname}/../../events/scheduled.json`, 'utf8');

export type PlayedMinute = {
  /** The minute that begins now; its turn judges what was before. */
  readonly minute: number;
  readonly at: number;
  /** When its turn was due. */
  readonly turnAt: number;
  /** The calls of the minute that just ended. */
  readonly calls: MinuteOfWorld;
  /** None while the monitor is dead or still busy with an earlier turn, two where it is doubled. */
  readonly turns: readonly Turn[];
  readonly events: readonly StoredEvent[];
  /** UpdateVoiceConnectorGroup requests. */
  readonly writes: number;
};

export type Played = {
  readonly minutes: readonly PlayedMinute[];
  /** The same callers with the same luck, the same operator, and no monitor. */
  readonly alone: readonly MinuteOfWorld[];
  /** Members from first choice to last, by group. */
  readonly finalOrder: ReadonlyMap<string, readonly string[]>;
  readonly finalNames: ReadonlyMap<string, string>;
  /** Everything that was asked over the wire. */
  readonly requests: readonly RequestRecord[];
};

export type PlayOptions = {
  /** Replaces the scenario's policy. */
  readonly policyFile?: string | undefined;
  /** Holds the functions to the roles of a packaged template. */
  readonly permissions?: Permissions | undefined;
  readonly onStart?: (url: string) => void;
  readonly onMinute?: (minute: PlayedMinute) => void;
};

export async function play(scenario: Scenario, options: PlayOptions = {}): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  try {
    const policyFile = options.policyFile ?? policyFileOf(scenario, folder);
    return await playWithPolicy(scenario, policyFile, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function policyFileOf({ policy }: Scenario, folder: string): string {
  if (policy === undefined) return `${import.meta.dirname}/../policy.yml`;
  const file = join(folder, 'policy.yml');
  writeFileSync(file, stringify(policy));
  return file;
}

async function playWithPolicy(scenario: Scenario, policyFile: string, options: PlayOptions): Promise<Played> {
  const log: string[] = [];
  const aws = await LocalAws.start({
    world: worldOf(scenario),
    groups: groupSeedsOf(scenario),
    policyFile,
    permissions: options.permissions,
    // Time passes where the scenario says so: two runs are the same to the letter.
    speed: 0,
    onLog: ({ functionName, line }) => {
      if (functionName !== 'sessions') log.push(line);
    },
  });
  try {
    for (const connector of connectorSeedsOf(scenario)) aws.account.chime.seedConnector(connector);
    options.onStart?.(aws.server.url);
    const stage = new Stage(aws, scenario);
    const minutes: PlayedMinute[] = [];
    for (let minute = 1; minute <= scenario.minutes; minute += 1) {
      const played = await playMinute(minute, { aws, scenario, stage, log });
      options.onMinute?.(played);
      minutes.push(played);
    }
    return {
      minutes,
      alone: playAlone(scenario),
      finalOrder: finalOrderOf(aws),
      finalNames: finalNamesOf(aws, scenario),
      requests: aws.server.requests,
    };
  } finally {
    await aws.close();
  }
}

type Running = {
  readonly aws: LocalAws;
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly log: string[];
};

async function playMinute(minute: number, { aws, scenario, stage, log }: Running): Promise<PlayedMinute> {
  const at = scenario.startsAt + minute * minuteMs;
  const { turns: count, lateSeconds } = monitorAt(scenario, minute);
  const dueAt = at + turnAfterMs + lateSeconds * 1000;
  const isBusy = stage.now > dueAt;
  if (!isBusy) stage.advanceTo(dueAt);
  const eventsBefore = aws.account.eventBridge.events.length;
  const requestsBefore = aws.server.requests.length;
  const turns: Turn[] = [];
  for (const entry of scenario.timeline.operator) {
    if (entry.does !== 'command' || entry.at !== minute) continue;
    log.length = 0;
    const ordered = turnOf(await aws.invoke('operate', JSON.stringify(entry.command)), log);
    if (ordered.decisions.length > 0 || ordered.error !== undefined) turns.push(ordered);
  }
  for (let taken = 0; taken < count && !isBusy; taken += 1) {
    log.length = 0;
    const invocation = await stage.duringTurnOf(minute, () => aws.invoke('monitor', wakeUp));
    turns.push(turnOf(invocation, log));
  }
  const { inventoryEveryMinutes } = scenario;
  if (inventoryEveryMinutes !== undefined && minute % inventoryEveryMinutes === 0) {
    const inventory = turnOf(await aws.invoke('sessions', wakeUp), []);
    if (inventory.error !== undefined) turns.push(inventory);
  }
  return {
    minute,
    at,
    turnAt: dueAt,
    calls: stage.callsOf(minute),
    turns,
    events: aws.account.eventBridge.events.slice(eventsBefore),
    writes: aws.server.requests.slice(requestsBefore).filter(isWrite).length,
  };
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

function finalOrderOf(aws: LocalAws): Played['finalOrder'] {
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

function finalNamesOf({ account }: LocalAws, { groups }: Scenario): Played['finalNames'] {
  return new Map(groups.map(({ id, controlRegion }) => [id, account.chime.groups.get(controlRegion, id).name]));
}
