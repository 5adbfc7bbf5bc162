import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, minute, now, orderOf, overridesPath } from '../wire-support/account.ts';
import { deploy, type Deployment } from '../wire-support/functions.ts';
import {
  keepAlive,
  advanceDrill,
  publishCalls,
  putOverride,
  seedConnector,
  seedHealthy,
  seedUnhealthy,
  storedOverrideIds,
} from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const order = { action: 'drill', group: 'main-line', by: 'anna', reason: 'monthly drill' };
const scheduled = { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' };

/** Friday, and it is half past nine and half a minute at the second tick. */
function weekly(drill: string) {
  return `
version: 1
groups:
  - group: main-line
    mode: enforce
    drill: ${drill}
`;
}
const open = weekly("{ day: fri, from: '08:30', until: '10:00' }");

async function deployHealthy(options: Parameters<typeof deploy>[0] = {}): Promise<Deployment> {
  const aws = await deploy(options);
  seedHealthy(aws);
  return aws;
}

function told(aws: Deployment, detailType: string) {
  return eventsOn(aws).flatMap((event) => (event.detailType === detailType ? [event.data] : []));
}

const moved = 'vc-west 1, vc-east 2';
const asBefore = 'vc-east 1, vc-west 2';

describe('an order for a drill', () => {
  it('is said, told and begun at once, and the monitor takes it to its end', async () => {
    const aws = await deployHealthy();
    const { payload } = await aws.invoke('operate', { ...order, minutes: 5 });
    expect(payload).toMatchObject({
      outcome: 'done',
      summary: expect.stringContaining(
        'drill of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2, and back at 2026-11-20T09:05:30.000Z',
      ) as string,
    });
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([moved, ['main-line']]);
    expect(eventTypes(aws)).toEqual([
      'Operator Action',
      'Priority Change Intended',
      'Priority Change Applied',
      'Operator Action',
    ]);
    advanceDrill(aws, 5);
    await takeTurn(aws);
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, []]);
    expect(told(aws, 'Drill Ended')).toMatchObject([
      {
        drill: {
          by: 'anna',
          reason: 'monthly drill',
          startedAt: '2026-11-20T09:00:30.000Z',
          leaving: 'vc-east',
          promoting: 'vc-west',
        },
        result: 'succeeded',
        code: 'passed',
        restored: true,
        calls: { minutes: 3, attempts: 72, failures: 0, throttles: 0 },
        priorities: [
          { voiceConnectorId: 'vc-east', priority: 1 },
          { voiceConnectorId: 'vc-west', priority: 2 },
        ],
      },
    ]);
  });

  it('is refused with everything that speaks against it, and nothing is said or moved', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    putOverride(aws, 'all', {
      action: 'pause',
      by: 'boss',
      reason: 'storm',
      until: new Date(now + minute).toISOString(),
    });
    const { error } = await aws.invoke('operate', order);
    expect(error).toMatchObject({ errorType: 'InvalidInputError' });
    for (const code of ['top-not-healthy', 'region-unwell', 'word-in-force'])
      expect(error.errorMessage).toContain(`- ${code}: `);
    expect(told(aws, 'Drill Refused')).toMatchObject([
      { by: 'anna', refusals: [{ code: 'top-not-healthy' }, { code: 'region-unwell' }, { code: 'word-in-force' }] },
    ]);
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, ['all']]);
  });

  it('may be asked what it would do', async () => {
    const aws = await deployHealthy();
    const { payload } = await aws.invoke('operate', { ...order, dryRun: true });
    expect(payload).toMatchObject({
      outcome: 'dry-run',
      summary: expect.stringMatching(/^would do: drill of main-line/) as string,
    });
    expect([orderOf(aws), storedOverrideIds(aws), eventTypes(aws)]).toEqual([asBefore, [], []]);
  });

  it('that AWS does not take is left to the monitor, which begins it', async () => {
    const aws = await deployHealthy();
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      effect: { kind: 'error', status: 409, code: 'ConflictException', message: 'busy' },
      times: 1,
    });
    const { error } = await aws.invoke('operate', order);
    expect(error.errorMessage).toContain('is ordered and not begun: the monitor tries again for 5 min');
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, ['main-line']]);
    aws.clock.jumpTo(now + minute);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'drill', outcome: { kind: 'applied' } });
  });

  it('is not begun where Parameter Store does not take its word', async () => {
    const aws = await deployHealthy();
    aws.misbehave({
      operation: 'PutParameter',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
    });
    const { error } = await aws.invoke('operate', order);
    expect(error.errorMessage).toContain('there is no drill of main-line');
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, []]);
  });
});

describe('the end of a drill', () => {
  it('that AWS does not take is no end: it is tried again, and told when it is one', async () => {
    const aws = await deployHealthy();
    await aws.invoke('operate', { ...order, minutes: 5 });
    advanceDrill(aws, 5);
    const conflict = { kind: 'error', status: 409, code: 'ConflictException', message: 'busy' } as const;
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: conflict, times: 1 });
    const { result } = await takeTurn(aws);
    expect(result.problems).toMatchObject([{ doing: 'restore of group main-line' }]);
    expect([orderOf(aws), storedOverrideIds(aws), told(aws, 'Drill Ended')]).toEqual([moved, ['main-line'], []]);
    advanceDrill(aws, 1);
    await takeTurn(aws);
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, []]);
    expect(told(aws, 'Drill Ended')).toMatchObject([{ code: 'passed', restored: true }]);
  });

  it('by hand leaves the group to the monitor in the same turn', async () => {
    const aws = await deployHealthy();
    await aws.invoke('operate', order);
    advanceDrill(aws, 4);
    const { groups } = aws.account.chime;
    const { name, items, callDistributionType } = groups.get('us-east-1', 'main-line');
    const swapped = items.map(({ voiceConnectorId, priority = 0 }) => ({ voiceConnectorId, priority: 3 - priority }));
    groups.update('us-east-1', 'main-line', { name, items: swapped, callDistributionType });
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'top-unknown' });
    expect(told(aws, 'Drill Ended')).toMatchObject([{ code: 'put-back-by-hand' }]);
    expect(told(aws, 'Hold Changed').at(-1)).toMatchObject({
      code: 'top-unknown',
      previously: { decision: 'unknown' },
    });
  });
});

describe('a drill while all is paused', () => {
  it('neither goes on nor ends, until the pause is over', async () => {
    const aws = await deployHealthy();
    await aws.invoke('operate', { ...order, minutes: 5 });
    putOverride(aws, 'all', {
      action: 'pause',
      by: 'boss',
      reason: 'storm',
      until: new Date(now + 7 * minute).toISOString(),
    });
    advanceDrill(aws, 6);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'paused' });
    expect(orderOf(aws)).toBe(moved);
    advanceDrill(aws, 1);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'restore' });
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual([asBefore, []]);
  });

  it.each([
    ['a word nobody can understand counts the same', 'what?', 'override-unparseable'],
    [
      'a pin does not',
      { action: 'pin', by: 'boss', reason: 'x', until: new Date(now + 60 * minute).toISOString() },
      'drill',
    ],
  ])('%s', async (_case, word, code) => {
    const aws = await deployHealthy();
    await aws.invoke('operate', order);
    putOverride(aws, 'all', word);
    advanceDrill(aws, 2);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code });
  });

  it('and a Parameter Store that does not answer stops nothing but the drill', async () => {
    const aws = await deployHealthy();
    await aws.invoke('operate', { ...order, minutes: 5 });
    advanceDrill(aws, 6);
    const heal = aws.server.misbehave({
      operation: 'GetParametersByPath',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
    });
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold' });
    expect(orderOf(aws)).toBe(moved);
    heal();
    advanceDrill(aws, 1);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'restore' });
  });
});

it('a drill whose word nobody could have meant is a pause', async () => {
  const aws = await deployHealthy();
  await aws.invoke('operate', order);
  const [word] = aws.account.parameters.all('us-east-1');
  const drill = JSON.parse(word!.value) as Readonly<Record<string, unknown>>;
  const foul = JSON.stringify({
    ...drill,
    after: [
      { voiceConnectorId: 'vc-evil', priority: 1 },
      { voiceConnectorId: 'vc-east', priority: 2 },
    ],
  });
  aws.account.parameters.put('us-east-1', {
    name: `${overridesPath}/main-line`,
    value: foul,
    type: 'String',
    overwrite: true,
  });
  expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'override-unparseable' });
});

describe('a weekly drill', () => {
  it('is ordered by the schedule in its window, once', async () => {
    const aws = await deployHealthy({ policy: open });
    expect((await aws.invoke('operate', scheduled)).payload).toEqual({
      shape: 'scheduled-drills',
      version: 1,
      drills: [{ voiceConnectorGroupId: 'main-line', outcome: 'begun' }],
      problems: [],
    });
    expect(orderOf(aws)).toBe(moved);
    advanceDrill(aws, 15);
    await takeTurn(aws);
    expect(told(aws, 'Drill Ended')).toMatchObject([
      { drill: { by: 'schedule', reason: 'every fri, 08:30 to 10:00' }, result: 'succeeded' },
    ]);
    aws.clock.jumpTo(now + 30 * minute);
    keepAlive(aws);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'done' }] });
    expect(orderOf(aws)).toBe(asBefore);
  });

  it('is ordered again by the next tick where something spoke against it', async () => {
    const aws = await deployHealthy({ policy: open });
    putOverride(aws, 'main-line', {
      action: 'pause',
      by: 'boss',
      reason: 'storm',
      until: new Date(now + minute).toISOString(),
    });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({
      drills: [{ outcome: 'refused' }],
      problems: [],
    });
    expect(told(aws, 'Drill Refused')).toMatchObject([{ by: 'schedule', refusals: [{ code: 'word-in-force' }] }]);
    aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'begun' }] });
  });

  it('that AWS never took is no drill, and is ordered again', async () => {
    const aws = await deployHealthy({ policy: open });
    const conflict = { kind: 'error', status: 409, code: 'ConflictException', message: 'busy' } as const;
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: conflict, times: 1 });
    const { error } = await aws.invoke('operate', scheduled);
    expect(error).toMatchObject({
      errorType: 'TurnFailedError',
      errorMessage: expect.stringContaining('busy') as string,
    });
    aws.clock.jumpTo(now + 6 * minute);
    await takeTurn(aws);
    expect(told(aws, 'Drill Ended')).toMatchObject([{ code: 'never-began', restored: true }]);
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    keepAlive(aws);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'begun' }] });
  });

  it.each([
    ['another day', "{ day: sat, from: '08:30', until: '10:00' }"],
    ['before the window', "{ day: fri, from: '09:01', until: '10:30' }"],
    ['too late in it for a whole drill', "{ day: fri, from: '08:00', until: '09:15' }"],
  ])('asks nothing of AWS on %s', async (_case, drill) => {
    const aws = await deployHealthy({ policy: weekly(drill) });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [], problems: [] });
    expect(aws.asked.filter(({ service }) => service !== 'lambda')).toEqual([]);
  });

  it('is not ordered where nobody knows whether there was one', async () => {
    const aws = await deployHealthy({ policy: open });
    const asksForDrills = ({ input }: { readonly input: unknown }) => JSON.stringify(input).includes('"Drill"');
    aws.misbehave({
      when: asksForDrills,
      effect: { kind: 'error', status: 403, code: 'AccessDeniedException', message: 'no' },
    });
    const { error } = await aws.invoke('operate', scheduled);
    expect(error.errorMessage).toContain('the weekly drill of group main-line: whether there was one in this window');
    expect([orderOf(aws), told(aws, 'Run Failed').length]).toEqual([asBefore, 1]);
  });

  it('names its standby, who must be one', async () => {
    const aws = await deployHealthy({ policy: weekly("{ day: fri, from: '08:30', until: '10:00', to: vc-paris }") });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'refused' }] });
    expect(told(aws, 'Drill Refused')).toMatchObject([{ refusals: [{ code: 'not-a-standby' }] }]);
  });
});

describe('a drill that monitors in two Regions hear of', () => {
  const west = { monitorRegion: 'us-west-2' };
  const both = { monitorRegions: ['us-east-1', 'us-west-2'] };
  const ids = (aws: Deployment) =>
    aws.account.eventBridge.events
      .filter(({ detailType }) => detailType === 'Drill Ended')
      .map(({ detail }) => (detail as { readonly metadata: { readonly eventId: string } }).metadata.eventId);

  it('ends once, though its word cannot be taken back in one of them at first', async () => {
    const aws = await deployHealthy({ env: { MONITOR_REGIONS: 'us-east-1,us-west-2' } });
    await aws.invoke('operate', { ...order, minutes: 5 });
    advanceDrill(aws, 5);
    const heal = aws.server.misbehave({
      operation: 'DeleteParameter',
      region: 'us-west-2',
      effect: { kind: 'region-down' },
    });
    const { result } = await takeTurn(aws, both);
    expect(result.problems).toMatchObject([{ doing: 'taking back what was said in us-west-2' }]);
    heal();
    advanceDrill(aws, 2);
    const { result: later } = await takeTurn(aws, { ...both, ...west });
    expect(groupIn(later)).toMatchObject({ decision: 'hold' });
    expect(ids(aws)).toHaveLength(2);
    expect(new Set(ids(aws)).size).toBe(1);
    expect(told(aws, 'Drill Ended')).toMatchObject([{ code: 'passed' }, { code: 'passed' }]);
    expect(['us-east-1', 'us-west-2'].flatMap((region) => aws.account.parameters.all(region))).toEqual([]);
    expect(orderOf(aws)).toBe(asBefore);
  });
});

describe('a standby that serves another group too', () => {
  it('is not blamed for the calls that the other members have from there', async () => {
    const aws = await deployHealthy();
    seedConnector(aws, 'vc-tokyo', 'ap-northeast-1');
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'side-line',
      name: 'Side line',
      items: [
        { voiceConnectorId: 'vc-east', priority: 1 },
        { voiceConnectorId: 'vc-tokyo', priority: 2 },
      ],
      createdAt: now - 24 * 60 * minute,
    });
    await aws.invoke('operate', order);
    advanceDrill(aws, 6);
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'drill' });
  });

  it('is blamed where they have none of their own', async () => {
    const aws = await deployHealthy();
    await aws.invoke('operate', order);
    advanceDrill(aws, 6);
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'restore' });
    expect(told(aws, 'Drill Ended')).toMatchObject([{ code: 'calls-elsewhere' }]);
  });
});
