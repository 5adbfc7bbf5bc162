import { describe, expect, it } from 'vitest';
import { OverrideWriter } from '../../lib/aws/override-writer.ts';
import { Overrides } from '../../lib/aws/overrides.ts';
import { askedFor, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { drillOf, seedHealthy, putOverride } from '../wire-support/account-fixtures.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;
const mainLine = { voiceConnectorGroupId: 'main-line', name: 'Main line' };

function pause(by: string, until = now + 60 * minute) {
  return {
    action: 'pause',
    by,
    reason: 'works',
    until: new Date(until).toISOString(),
  };
}

function readIn(aws: TestAws, regions: readonly string[]) {
  return new Overrides({ clientOf: clientsOf(aws).ssm, regions, path: overridesPath }).read(never);
}

async function overrideOn(aws: TestAws, at = now) {
  const { of, problems } = await readIn(aws, ['us-east-1']);
  expect(problems).toEqual([]);
  return of(mainLine, at);
}

describe('the override on a group', () => {
  it('is none if nothing is stored', async () => {
    expect(await overrideOn(await startAws())).toEqual({ kind: 'none' });
  });

  it('has the stored action, author, reason and end', async () => {
    const aws = await startAws();
    const until = '2026-11-20T11:30:00+01:00';
    putOverride(aws, 'main-line', { action: 'pin', by: 'anna', reason: 'works', until });
    expect(await overrideOn(aws)).toEqual({ kind: 'pin', by: 'anna', reason: 'works', until: Date.parse(until) });
  });

  it('is its own rather than the one for all groups', async () => {
    const aws = await startAws();
    putOverride(aws, 'all', pause('all of us'));
    expect(await overrideOn(aws)).toMatchObject({ by: 'all of us' });
    putOverride(aws, 'main-line', pause('anna'));
    expect(await overrideOn(aws)).toMatchObject({ by: 'anna' });
  });

  it('expires at its end, and then the one for all groups applies', async () => {
    const aws = await startAws();
    putOverride(aws, 'all', pause('all of us', now + 120 * minute));
    putOverride(aws, 'main-line', pause('anna'));
    expect(await overrideOn(aws, now + 60 * minute - 1)).toMatchObject({ by: 'anna' });
    expect(await overrideOn(aws, now + 60 * minute)).toMatchObject({ by: 'all of us' });
    expect(await overrideOn(aws, now + 120 * minute)).toEqual({ kind: 'none' });
  });

  it('is found on a later page of parameters', async () => {
    const aws = await startAws();
    for (let index = 10; index < 31; index += 1) putOverride(aws, `group-${index}`, pause('somebody'));
    putOverride(aws, 'main-line', pause('anna'));
    expect(await overrideOn(aws)).toMatchObject({ by: 'anna' });
    expect(askedFor(aws, 'GetParametersByPath')).toHaveLength(3);
  });

  it('reports every mistake in one that cannot be parsed', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', { action: 'snooze', by: '', until: 'monday' });
    const override = await overrideOn(aws);
    expect(override.kind).toBe('unparseable');
    expect(override).toMatchObject({
      message: expect.stringMatching(
        /^\/voice-connector-failover\/dev\/overrides\/main-line: .*4 problems\n.*action: .*"snooze"\n.*by: .*\n.*reason: .*\n.*until: .*"monday"$/,
      ) as string,
    });
  });

  it('never expires if it cannot be parsed', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', 'what?');
    expect(await overrideOn(aws, now + 10_000 * minute)).toMatchObject({ kind: 'unparseable' });
  });

  it.each([
    [
      { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const,
      'AccessDeniedException: no',
    ],
    [{ kind: 'malformed-body' } as const, 'SyntaxError: the response is not valid JSON'],
  ])('is unreadable if Parameter Store has the fault %j', async (effect, message) => {
    const aws = await startAws();
    aws.misbehave({ service: 'ssm', effect });
    const { of, problems } = await readIn(aws, ['us-east-1']);
    const expected = expect.stringContaining(message) as string;
    expect(of(mainLine, now)).toEqual({ kind: 'unreadable', message: expected });
    expect(problems).toEqual([{ doing: 'reading the overrides in us-east-1', message: expected }]);
  });

  const west = (aws: TestAws, value: unknown) => {
    const name = `${overridesPath}/main-line`;
    aws.account.parameters.put('us-west-2', { name, value: JSON.stringify(value), type: 'String' });
  };
  const both = ['us-east-1', 'us-west-2'];

  it('applies in every Region, in whichever it is stored', async () => {
    const aws = await startAws();
    west(aws, pause('anna'));
    const { of, changedAt, problems } = await readIn(aws, both);
    expect(of(mainLine, now)).toMatchObject({ kind: 'pause', by: 'anna' });
    expect(changedAt(mainLine)).toBe(now);
    expect(problems).toEqual([]);
  });

  it('is the most restrictive one if two Regions differ', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', { ...pause('ben'), action: 'pin' });
    west(aws, pause('anna'));
    expect((await readIn(aws, both)).of(mainLine, now)).toMatchObject({ kind: 'pause', by: 'anna' });
  });

  it('applies if another Region is unreadable, and is unreadable if the readable Regions have none', async () => {
    const aws = await startAws();
    aws.misbehave({ service: 'ssm', region: 'us-east-1', effect: { kind: 'region-down' } });
    const withoutOverride = await readIn(aws, both);
    expect(withoutOverride.of(mainLine, now)).toMatchObject({ kind: 'unreadable' });
    expect(withoutOverride.problems).toMatchObject([{ doing: 'reading the overrides in us-east-1' }]);
    west(aws, pause('anna'));
    expect((await readIn(aws, both)).of(mainLine, now)).toMatchObject({ kind: 'pause', by: 'anna' });
  });
});

describe('a drill', () => {
  const drilledIn = async () => {
    const aws = await startAws();
    seedHealthy(aws);
    return { aws, drill: drillOf(aws, 15) };
  };

  it('is read back as it was stored, and never expires by itself', async () => {
    const { aws } = await drilledIn();
    const writer = new OverrideWriter({
      clientOf: clientsOf(aws, { role: 'operate' }).ssm,
      regions: ['us-east-1'],
      path: overridesPath,
    });
    putOverride(aws, 'main-line', drillOf(aws, 15, { stopped: { by: 'boss', reason: 'no' } }));
    const stored = await overrideOn(aws);
    if (stored.kind !== 'drill') throw new Error(stored.kind);
    const read = await readIn(aws, ['us-east-1']);
    await writer.put('main-line', stored, { ...read, mayReplace: () => false }, never);
    expect(await overrideOn(aws, now + 1000 * minute)).toEqual(stored);
  });

  const reversed = [
    { voiceConnectorId: 'vc-west', priority: 1 },
    { voiceConnectorId: 'vc-east', priority: 2 },
  ];
  const twice = [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-east', priority: 2 },
  ];
  it.each([
    ['adds a member', { after: [...reversed, { voiceConnectorId: 'vc-evil', priority: 3 }] }],
    ['drops one', { after: reversed.slice(0, 1) }],
    ['changes the priorities', { after: [reversed[0], { voiceConnectorId: 'vc-east', priority: 9 }] }],
    ['replaces one', { after: [reversed[0], { voiceConnectorId: 'vc-evil', priority: 2 }] }],
    ['names one twice', { before: twice, after: twice, promoting: 'vc-east' }],
    ['does not promote the Voice Connector that it names', { promoting: 'vc-east' }],
    ['does not leave the Voice Connector that it names', { leaving: 'vc-west' }],
  ])('that %s cannot be parsed', async (_case, changes) => {
    const { aws } = await drilledIn();
    putOverride(aws, 'main-line', drillOf(aws, 15, changes));
    expect(await overrideOn(aws)).toMatchObject({
      kind: 'unparseable',
      message: expect.stringContaining('Expected after to have the members and priorities of before') as string,
    });
  });

  it.each([
    ['a pause of all groups', pause('boss'), 'pause'],
    ['an unparseable override of all groups', 'what?', 'unparseable'],
    ['no pin of all groups', { ...pause('boss'), action: 'pin' }, 'drill'],
    ['no expired pause of all groups', pause('boss', now), 'drill'],
  ])('gives way to %s', async (_case, forAll, kind) => {
    const { aws, drill } = await drilledIn();
    putOverride(aws, 'main-line', drill);
    putOverride(aws, 'all', forAll);
    expect(await overrideOn(aws)).toMatchObject({ kind });
  });
});
