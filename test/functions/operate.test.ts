/** The status, and commands with mistakes, by the unmodified handler against the local AWS. */
import { describe, expect, it } from 'vitest';
import { allEventText, eventsOn } from '../wire-support/account.ts';
import { logged } from '../wire-support/functions.ts';
import { putOverride, seedMainLine, seedUnhealthy, seedSideLine } from '../wire-support/account-fixtures.ts';
import {
  operator,
  until,
  deployed,
  run,
  refusal,
  storedOverrideIds,
  actionsOn,
  expectNoChange,
} from '../wire-support/operator.ts';

describe('the status', () => {
  it('shows the decision that the monitor would make for every group, and changes nothing', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
    });
    putOverride(aws, 'side-line', { action: 'pause', ...operator, until });
    const { summary, table } = await run(aws, {
      action: 'status',
      group: undefined,
      by: undefined,
      reason: undefined,
    });
    expect(summary).toBe('2 groups at 2026-11-20T09:00:30.000Z');
    expect(table).toEqual([
      'Main line (main-line)  mode enforce, failback auto, changed 24 h ago',
      expect.stringMatching(/^ {2}1 {2}vc-east {2}us-east-1 {2}unhealthy {7}/),
      expect.stringMatching(/^ {2}2 {2}vc-west {2}us-west-2 {2}unknown \(idle\) {2}no calls in 60 min$/),
      expect.stringMatching(/^ {2}now: failover: vc-east \(us-east-1\) unhealthy: .*; promoting vc-west/),
      '',
      'Side line (side-line)  mode enforce, failback never, changed 24 h ago',
      expect.stringMatching(/^ {2}1 {2}vc-west-2 {2}us-west-2 {2}healthy/),
      expect.stringMatching(/^ {2}2 {2}vc-east-2 {2}us-east-1 {2}unknown \(idle\)/),
      '  now: hold (paused): paused by anna, 2 h left: works on the trunk',
      '  override: pause by anna, 2 h left: works on the trunk',
    ]);
    expectNoChange(aws);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('of one group shows why each unsuitable member was rejected', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
      each.account.chime.seedConnector({ voiceConnectorId: 'vc-west', awsRegion: 'us-west-2' });
    });
    const { table } = await run(aws, { action: 'status', by: undefined, reason: undefined });
    expect(table.slice(3)).toEqual([
      expect.stringMatching(/^ {2}now: hold \(no-target\): vc-east/),
      expect.stringMatching(/^ {2}not vc-west \(no-standby-signal\): AWS reports no OPTIONS ping/),
    ]);
  });

  it('shows what could be read, with a warning for the rest', async () => {
    const aws = await deployed();
    aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
    aws.misbehave({ service: 'ssm', effect: { kind: 'region-down' } });
    const { outcome, table, warnings } = await run(aws, { action: 'status', by: undefined, reason: undefined });
    expect(outcome).toBe('done');
    expect(table.at(-1)).toMatch(/^ {2}override: unreadable: /);
    expect(warnings).toEqual([
      expect.stringMatching(/^reading metrics in us-west-2: /),
      expect.stringMatching(/^reading the overrides in us-east-1: /),
    ]);
  });
});

describe('a command with mistakes', () => {
  it('is refused with all of them at once, including those that only the account reveals, and nothing is changed', async () => {
    const aws = await deployed((each) => {
      seedMainLine(each);
      seedSideLine(each);
    });
    const command = {
      action: 'switchover',
      group: 'main-line',
      by: 'anna',
      reason: undefined,
      to: 'vc-paris',
      force: ['physics'],
    };
    const { errorType, errorMessage } = await refusal(aws, command);
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage.split('\n')).toEqual([
      'the command: nothing is changed: 3 problems',
      '  - reason: Expected a reason, 1 to 500 characters, got nothing',
      expect.stringMatching(/^ {2}- force\[0\]: Invalid option: expected one of "paused"\|.*, got "physics"$/),
      '  - to: Expected one of vc-east, vc-west, got "vc-paris"',
    ]);
    expectNoChange(aws);
    expect(actionsOn(aws)).toMatchObject([
      { stage: 'refused', command: { action: 'switchover', group: 'main-line', to: 'vc-paris', by: 'anna' } },
    ]);
  });

  it.each([
    [
      { action: 'pause', until: '1h' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"; or all',
    ],
    [
      { action: 'resume' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"; or all',
    ],
    [
      { action: 'switchover', to: 'vc-west' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"',
    ],
    [
      { action: 'status', by: undefined, reason: undefined },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"',
    ],
  ])('about a group that does not exist: %j', async (command, line) => {
    const aws = await deployed((each) => {
      seedMainLine(each);
      seedSideLine(each);
    });
    expect((await refusal(aws, { ...command, group: 'paris' })).errorMessage.split('\n').slice(1)).toEqual([line]);
    expectNoChange(aws);
  });

  it.each([
    [
      { action: 'switchover', to: 'vc-west-2' },
      'not-a-member: vc-west-2 is not among the members vc-east, vc-west. This cannot be forced',
    ],
    [
      { action: 'pin', until: '1h', order: ['vc-east'] },
      'missing-member: vc-west is a member of the group but not in the order vc-east. This cannot be forced',
    ],
  ])('about the members of a group: %j', async (command, line) => {
    const aws = await deployed();
    expect((await refusal(aws, command)).errorMessage).toContain(`\n  - ${line}`);
    expectNoChange(aws);
  });

  it('lets no phone number into a log line, an event or an answer', async () => {
    const aws = await deployed();
    const number = '+12065550147';
    const { errorMessage } = await refusal(aws, { action: number, group: number, by: number, reason: number });
    const wrongUntil = await refusal(aws, { action: 'pause', until: number });
    await run(aws, { action: 'pause', until: '1h', by: `anna ${number}`, reason: `ask ${number}` });
    const everything = [
      errorMessage,
      wrongUntil.errorMessage,
      allEventText(aws),
      ...aws.lines,
      JSON.stringify(storedOverrideIds(aws)),
    ];
    expect(everything.join('\n')).not.toContain(number);
    expect(everything.join('\n')).toContain('number withheld');
  });
});

it('a command is logged with its result', async () => {
  const aws = await deployed();
  await run(aws, { action: 'pause', until: '2h' });
  expect(logged(aws.lines, 'operate')).toMatchObject([
    { data: { result: { action: 'pause', outcome: 'done' }, problems: [] } },
  ]);
});
