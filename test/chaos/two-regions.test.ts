/** The same monitor in two Regions without coordination, on one account, with services of one Region unavailable. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../lib/monitor/result.ts';
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import { minute, orderOf, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { failing, publishCalls, seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { chaosIn, type Case, type Ending } from './deployment.ts';

const here = 'us-west-2';
const there = 'eu-west-1';
const play = chaosIn([here, there]);

function writesTaken({ account }: TestAws): readonly GroupSettings[] {
  const taken: GroupSettings[] = [];
  const { groups } = account.chime;
  const update = groups.update.bind(groups);
  groups.update = (region, id, settings) => {
    const accepted = update(region, id, settings);
    taken.push(settings);
    return accepted;
  };
  return taken;
}

function decisionIn(ending: Ending): string | undefined {
  if (ending.kind !== 'returned') return ending.kind;
  const [group] = (ending.result as RunResult).groups;
  return group?.code ?? group?.decision;
}

type PublishedEvent = { readonly eventId: string; readonly detailType: string; readonly region: string };

function published({ account }: TestAws): readonly PublishedEvent[] {
  return account.eventBridge.events.map(({ detail, detailType, region }) => {
    const { metadata } = detail as { readonly metadata: { readonly eventId: string } };
    return { eventId: metadata.eventId, detailType, region };
  });
}

const moved = 'vc-west 1, vc-east 2';

/** Both monitors run every minute, one after the other. A run may fail because of a lasting fault; only the decisions count here. */
async function minutesOfBoth({ aws, invokeIn }: Case, minutes: number, eachMinute: () => void = () => undefined) {
  const decisions = new Set<string | undefined>();
  for (let past = 0; past < minutes; past += 1) {
    aws.clock.jumpTo(aws.clock.now() + minute);
    eachMinute();
    for (const region of [here, there]) decisions.add(decisionIn((await invokeIn(region)).ending));
  }
  return [...decisions];
}

describe('Monitors in two Regions', () => {
  it('make one change together, and each recognises it as a change by a monitor', () =>
    play('monitor', async (one) => {
      const { aws, invokeIn } = one;
      seedUnhealthy(aws);
      const writes = writesTaken(aws);
      expect(decisionIn((await invokeIn(here)).ending)).toBe('failover');
      expect(decisionIn((await invokeIn(there)).ending)).toBe('failback-hold');
      expect(orderOf(aws)).toBe(moved);
      // The new primary loses as many calls as the previous one, and then all of them, which no operator's change holds.
      const westFails = (failuresAt: (minutesAgo: number) => number) => (): void => {
        publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2', failuresAt });
      };
      expect(await minutesOfBoth(one, 4, westFails(failing))).toEqual(['all-unhealthy']);
      expect(writes).toHaveLength(1);
      const later = await minutesOfBoth(
        one,
        6,
        westFails((minutesAgo) => (minutesAgo <= 10 ? 24 : 0)),
      );
      expect(later).not.toContain('operator-stand-off');
      expect(later).toContain('failover');
      expect(writes).toHaveLength(2);
    }));

  it('publish the same event with the same id when they act at the same moment', () =>
    play('monitor', async ({ aws, invokeEverywhere }) => {
      seedUnhealthy(aws);
      const endings = await invokeEverywhere();
      expect(endings.map(({ kind }) => kind)).toEqual(['returned', 'returned']);
      expect(orderOf(aws)).toBe(moved);
      const intents = published(aws).filter(({ detailType }) => detailType === 'Priority Change Intended');
      expect(intents.map(({ region }) => region).sort()).toEqual([there, here]);
      expect(new Set(intents.map(({ eventId }) => eventId)).size).toBe(1);
    }));

  it('fail back to a Voice Connector that the other monitor moved away from', () =>
    play('monitor', async ({ aws, invokeIn }) => {
      seedRecovered(aws);
      expect(decisionIn((await invokeIn(there)).ending)).toBe('failback');
      aws.clock.jumpTo(aws.clock.now() + minute);
      expect(decisionIn((await invokeIn(here)).ending)).not.toBe('operator-stand-off');
      expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    }));

  it('both respect an override in one Region', () =>
    play('monitor', async ({ aws, invokeIn }) => {
      seedUnhealthy(aws);
      const until = new Date(aws.clock.now() + 30 * minute).toISOString();
      const value = JSON.stringify({ action: 'pause', by: 'anna', reason: 'works', until });
      aws.account.parameters.put(there, { name: `${overridesPath}/main-line`, value, type: 'String' });
      for (const region of [here, there]) expect(decisionIn((await invokeIn(region)).ending)).toBe('paused');
    }));
});

const services = [
  { service: 'chime', what: 'control plane' },
  { service: 'monitoring', what: 'CloudWatch' },
  { service: 'events', what: 'EventBridge' },
  { service: 'ssm', what: 'Parameter Store' },
] as const;

/** The standby is in us-west-2: no monitor moves a group to a standby that it cannot observe. */
function isStandbyUnobservable(region: string, service: string): boolean {
  return region === here && (service === 'chime' || service === 'monitoring');
}

const outages = [here, there].flatMap((region) =>
  services.map((each) => ({
    region,
    ...each,
    when: isStandbyUnobservable(region, each.service) ? 'when it is back' : 'at once',
  })),
);

describe('Monitors in two Regions, if one Region has lost its', () => {
  it.each(outages)(
    '$what ($region), move the group once, $when, keep it there, and name the unavailable service',
    (outage) =>
      play('monitor', async (one) => {
        const { aws, invokeIn } = one;
        const { region, service, when } = outage;
        seedUnhealthy(aws);
        const writes = writesTaken(aws);
        aws.misbehave({ region, service, effect: { kind: 'region-down' } });
        const endings = [(await invokeIn(here)).ending, (await invokeIn(there)).ending];
        expect(orderOf(aws)).toBe(when === 'at once' ? moved : 'vc-east 1, vc-west 2');
        await minutesOfBoth(one, 3, () => {
          if (when !== 'at once') return;
          publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2', failuresAt: failing });
        });
        expect(writes).toHaveLength(when === 'at once' ? 1 : 0);
        // This stack sends no request to the control plane of a Region that is not a control Region.
        const isMissed = !(service === 'chime' && region === there);
        const messages = endings.flatMap((ending) => (ending.kind === 'threw' ? [ending.message] : []));
        expect(messages.length > 0).toBe(isMissed);
        if (service !== 'events' && isMissed) expect(messages.join('\n')).toContain(`in ${region}`);
        aws.server.clearMisbehaviour();
        const recovered = await minutesOfBoth(one, 2);
        expect(recovered).not.toContain('threw');
        expect(recovered).not.toContain('operator-stand-off');
        expect(writes).toHaveLength(1);
      }),
  );

  it('CloudWatch in the failing Region itself, wait for the proof, and then move the group once', () =>
    play('monitor', async (one) => {
      const { aws } = one;
      seedUnhealthy(aws);
      const writes = writesTaken(aws);
      aws.misbehave({ region: 'us-east-1', service: 'monitoring', effect: { kind: 'region-down' } });
      await minutesOfBoth(one, 2);
      expect(writes).toEqual([]);
      aws.server.clearMisbehaviour();
      await minutesOfBoth(one, 2);
      expect(writes).toHaveLength(1);
    }));

  it('control plane that owns the group, move it once through the other control plane, which lists it too', () =>
    play('monitor', async (one) => {
      const { aws } = one;
      aws.account.chime.groups.visibility = 'everywhere';
      seedUnhealthy(aws);
      const writes = writesTaken(aws);
      aws.misbehave({ region: 'us-east-1', service: 'chime', effect: { kind: 'region-down' } });
      await minutesOfBoth(one, 3);
      expect(orderOf(aws)).toBe(moved);
      expect(writes).toHaveLength(1);
    }));
});
