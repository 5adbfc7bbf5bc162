import { describe, expect, it } from 'vitest';
import { Overrides } from '../../lib/aws/overrides.ts';
import { askedFor, minute, now, overridesPath, startAws, type TestAws } from '../wire-support/account.ts';
import { drillOf, putOverride, seedHealthy } from '../wire-support/account-fixtures.ts';
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

async function wordOn(aws: TestAws, at = now) {
  const { of, problems } = await readIn(aws, ['us-east-1']);
  expect(problems).toEqual([]);
  return of(mainLine, at);
}

describe("the operator's word on a group", () => {
  it('is none where nobody said anything', async () => {
    expect(await wordOn(await startAws())).toEqual({ kind: 'none' });
  });

  it('is what was said, by whom, why and until when', async () => {
    const aws = await startAws();
    const until = '2026-11-20T11:30:00+01:00';
    putOverride(aws, 'main-line', { action: 'pin', by: 'anna', reason: 'works', until });
    expect(await wordOn(aws)).toEqual({ kind: 'pin', by: 'anna', reason: 'works', until: Date.parse(until) });
  });

  it('is the one about the group before the one about all', async () => {
    const aws = await startAws();
    putOverride(aws, 'all', pause('all of us'));
    expect(await wordOn(aws)).toMatchObject({ by: 'all of us' });
    putOverride(aws, 'main-line', pause('anna'));
    expect(await wordOn(aws)).toMatchObject({ by: 'anna' });
  });

  it('runs out at its end, and then the one about all counts again', async () => {
    const aws = await startAws();
    putOverride(aws, 'all', pause('all of us', now + 120 * minute));
    putOverride(aws, 'main-line', pause('anna'));
    expect(await wordOn(aws, now + 60 * minute - 1)).toMatchObject({ by: 'anna' });
    expect(await wordOn(aws, now + 60 * minute)).toMatchObject({ by: 'all of us' });
    expect(await wordOn(aws, now + 120 * minute)).toEqual({ kind: 'none' });
  });

  it('is found behind more parameters than one page holds', async () => {
    const aws = await startAws();
    for (let index = 10; index < 31; index += 1) putOverride(aws, `group-${index}`, pause('somebody'));
    putOverride(aws, 'main-line', pause('anna'));
    expect(await wordOn(aws)).toMatchObject({ by: 'anna' });
    expect(askedFor(aws, 'GetParametersByPath')).toHaveLength(3);
  });

  it('says everything that is wrong with one that nobody can understand', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', { action: 'snooze', by: '', until: 'monday' });
    const word = await wordOn(aws);
    expect(word.kind).toBe('unparseable');
    expect(word).toMatchObject({
      message: expect.stringMatching(
        /^\/voice-connector-failover\/dev\/overrides\/main-line: .*4 problems\n.*action: .*"snooze"\n.*by: .*\n.*reason: .*\n.*until: .*"monday"$/,
      ) as string,
    });
  });

  it('that nobody can understand never runs out', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', 'what?');
    expect(await wordOn(aws, now + 10_000 * minute)).toMatchObject({ kind: 'unparseable' });
  });

  it.each([
    [
      { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const,
      'AccessDeniedException: no',
    ],
    [{ kind: 'malformed-body' } as const, 'SyntaxError: the answer is not valid JSON'],
  ])('is unreadable where Parameter Store answers %j', async (effect, message) => {
    const aws = await startAws();
    aws.misbehave({ service: 'ssm', effect });
    const { of, problems } = await readIn(aws, ['us-east-1']);
    const said = expect.stringContaining(message) as string;
    expect(of(mainLine, now)).toEqual({ kind: 'unreadable', message: said });
    expect(problems).toEqual([{ doing: 'reading the overrides in us-east-1', message: said }]);
  });

  const west = (aws: TestAws, value: unknown) => {
    const name = `${overridesPath}/main-line`;
    aws.account.parameters.put('us-west-2', { name, value: JSON.stringify(value), type: 'String' });
  };
  const both = ['us-east-1', 'us-west-2'];

  it('is heard in every Region, wherever it was said', async () => {
    const aws = await startAws();
    west(aws, pause('anna'));
    const { of, changedAt, problems } = await readIn(aws, both);
    expect(of(mainLine, now)).toMatchObject({ kind: 'pause', by: 'anna' });
    expect(changedAt(mainLine)).toBe(now);
    expect(problems).toEqual([]);
  });

  it('is the strictest where two Regions have different ones', async () => {
    const aws = await startAws();
    putOverride(aws, 'main-line', { ...pause('ben'), action: 'pin' });
    west(aws, pause('anna'));
    expect((await readIn(aws, both)).of(mainLine, now)).toMatchObject({ kind: 'pause', by: 'anna' });
  });

  it('stands where another Region cannot be read, and where none was heard nobody knows', async () => {
    const aws = await startAws();
    aws.misbehave({ service: 'ssm', region: 'us-east-1', effect: { kind: 'region-down' } });
    const unheard = await readIn(aws, both);
    expect(unheard.of(mainLine, now)).toMatchObject({ kind: 'unreadable' });
    expect(unheard.problems).toMatchObject([{ doing: 'reading the overrides in us-east-1' }]);
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

  it('is heard as it was said, and never runs out by itself', async () => {
    const { aws } = await drilledIn();
    const overrides = new Overrides({
      clientOf: clientsOf(aws, { role: 'operate' }).ssm,
      regions: ['us-east-1'],
      path: overridesPath,
    });
    putOverride(aws, 'main-line', drillOf(aws, 15, { stopped: { by: 'boss', reason: 'no' } }));
    const said = await wordOn(aws);
    if (said.kind !== 'drill') throw new Error(said.kind);
    await overrides.put('main-line', said, never);
    expect(await wordOn(aws, now + 1000 * minute)).toEqual(said);
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
    ['does not promote whom it says', { promoting: 'vc-east' }],
    ['does not leave whom it says', { leaving: 'vc-west' }],
  ])("that %s is nobody's word", async (_case, changes) => {
    const { aws } = await drilledIn();
    putOverride(aws, 'main-line', drillOf(aws, 15, changes));
    expect(await wordOn(aws)).toMatchObject({
      kind: 'unparseable',
      message: expect.stringContaining('Expected after to have the members and priorities of before') as string,
    });
  });

  it.each([
    ['a pause of all', pause('boss'), 'pause'],
    ['a word of all that nobody can understand', 'what?', 'unparseable'],
    ['no pin of all', { ...pause('boss'), action: 'pin' }, 'drill'],
    ['no pause of all that has run out', pause('boss', now), 'drill'],
  ])('gives way to %s', async (_case, forAll, kind) => {
    const { aws, drill } = await drilledIn();
    putOverride(aws, 'main-line', drill);
    putOverride(aws, 'all', forAll);
    expect(await wordOn(aws)).toMatchObject({ kind });
  });
});
