import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toAccountFile } from '../../backtest/account-file.ts';
import { accountFileOf, readHistory, writeHistory } from '../../backtest/history-file.ts';
import { historyMetrics } from '../../backtest/history.ts';
import { account, historyOf, minuteMs, start } from './histories.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

const header = 'time,voiceConnectorId,InboundCallAttempts,InboundCallFailures,RTTBetweenVcAndCustomer';

function csv(...rows: readonly string[]): string {
  const file = join(folder, 'history.csv');
  writeFileSync(file, [header, ...rows, ''].join('\n'));
  writeFileSync(accountFileOf(file), JSON.stringify(toAccountFile(account)));
  return file;
}

async function problemsIn(file: string): Promise<readonly string[]> {
  const error: unknown = await readHistory(file, { allowsGaps: false }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('the history was read');
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => line.replace('  - ', ''));
}

const good = '2026-11-20T09:00:00Z,vc-east,10,1,35000';

describe('a history file', () => {
  it.each(['history.csv', 'history.json'])('is read as it was written: %s', async (name) => {
    const file = join(folder, name);
    const written = historyOf(90, (minute) => ({ failures: minute % 3 }));
    written.set('half-hour', 'vc-east', 'InboundCallAttempts', start - 30 * minuteMs, 300);
    const { rows } = await writeHistory(written, file);
    const read = await readHistory(file, { allowsGaps: false });
    expect(rows).toBe(91);
    expect(read.account).toEqual(written.account);
    expect(read.halfHoursFrom).toBe(start - 30 * minuteMs);
    const again = join(folder, `again-${name}`);
    await writeHistory(read, again);
    const [before, after] = [file, again].map((each) => readFileSync(each, 'utf8'));
    if (name.endsWith('.json')) expect(JSON.parse(after!)).toEqual(JSON.parse(before!));
    else expect(after).toBe(before);
  });

  it('is read as docs/backtest.md shows it', async () => {
    const page = readFileSync('docs/backtest.md', 'utf8');
    const example = (language: string): string =>
      new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
    const file = join(folder, 'history.csv');
    writeFileSync(file, example('csv'));
    writeFileSync(accountFileOf(file), example('json'));
    const { account: read, from, until, halfHoursFrom } = await readHistory(file, { allowsGaps: false });
    expect(read.changes).toMatchObject([{ order: ['vc-west', 'vc-east'], kind: 'by-hand' }]);
    expect((until - from) / minuteMs).toBe(2);
    expect(halfHoursFrom).toBe(Date.UTC(2026, 10, 19, 9));
    for (const metric of historyMetrics) expect(page).toContain(`\`${metric}\``);
  });

  it('may leave out minutes and values', async () => {
    const history = await readHistory(csv(good, '2026-11-20T11:00:00Z,vc-east,,2,'), { allowsGaps: false });
    const at = Date.UTC(2026, 10, 20, 11);
    expect(history.value('minute', 'vc-east', 'InboundCallAttempts', at)).toBeUndefined();
    expect(history.value('minute', 'vc-east', 'InboundCallFailures', at)).toBe(2);
  });

  it('is refused with every row that cannot be true, and why', async () => {
    const file = csv(
      good,
      '2026-11-20T09:00:00Z,vc-east,10,1,35000',
      '2026-11-20T09:02:00Z,vc-east,-3,1.5,0.035',
      '2026-11-20T09:01:00Z,vc-east,10,1,35000',
      '1763629200,vc-east,10,1,35000',
      '2026-11-20T09:03:30Z,vc-north,ten,1,35000',
      '2026-11-22T09:00:00Z,vc-west,10,1,35000',
    );
    expect(await problemsIn(file)).toEqual([
      'row 3: a second row of vc-east at 2026-11-20T09:00:00.000Z: the first is row 2',
      'row 4: InboundCallAttempts: Expected a whole number from 0, got "-3"',
      'row 4: InboundCallFailures: Expected a whole number from 0, got "1.5"',
      'row 4: RTTBetweenVcAndCustomer: Expected microseconds, at least 100, got "0.035"',
      'row 5: 2026-11-20T09:01:00.000Z follows 2026-11-20T09:02:00.000Z of row 4: Expected rows in the order of time',
      'row 6: time: Expected a whole minute such as 2026-11-21T06:00:00Z, got "1763629200"',
      'row 7: time: Expected a whole minute such as 2026-11-21T06:00:00Z, got "2026-11-20T09:03:30Z"',
      'row 7: voiceConnectorId: Expected one of voiceConnectors in the account, got "vc-north"',
      'row 7: InboundCallAttempts: Expected a number, got "ten"',
      'row 8: no row of any Voice Connector for 48 h since row 4: Expected no gap of more than 24 h, or --allow-gaps',
    ]);
  });

  it('names a column that is no metric once, and not in every row', async () => {
    const file = csv(good);
    writeFileSync(file, `time,voiceConnectorId,Calls\n2026-11-20T09:00:00Z,vc-east,1\n`);
    const problems = await problemsIn(file);
    expect(problems[0]).toMatch(
      /^row 1: "Calls" is not a known column: Expected time, minutes, voiceConnectorId, Inbound/,
    );
    expect(problems).toHaveLength(2);
  });

  it('lists a bounded number of problems, and counts the rest', async () => {
    const problems = await problemsIn(csv(...Array.from({ length: 5000 }, () => 'never,vc-east,1,1,')));
    expect(problems[0]).toBe('reading stopped after 1000 problems');
    expect(problems.at(-1)).toBe('and 951 more');
    expect(problems).toHaveLength(51);
  });

  it('with a gap is read where that is allowed', async () => {
    const file = csv(good, '2026-11-22T09:00:00Z,vc-west,10,1,35000');
    const { from, until } = await readHistory(file, { allowsGaps: true });
    expect(until - from).toBe((48 * 60 + 1) * minuteMs);
  });

  it('is refused if its account contradicts itself', async () => {
    const file = csv(good);
    const { groups, ...rest } = toAccountFile(account);
    const changes = [
      { time: '2026-11-20T09:00:00Z', voiceConnectorGroupId: 'main-line', order: ['vc-west'], kind: 'failover' },
    ];
    const [group] = groups;
    const members = [...group!.members, { voiceConnectorId: 'vc-north', priority: 3 }];
    writeFileSync(accountFileOf(file), JSON.stringify({ ...rest, groups: [{ ...group, members }], changes }));
    expect(await problemsIn(file)).toEqual([
      'groups[0].members[2].voiceConnectorId: Expected one of voiceConnectors, got "vc-north"',
      'changes[0].order: Expected every member of the group once, got ["vc-west"]',
    ]);
  });

  it('is refused without its account, or if there is none', async () => {
    expect(await problemsIn(join(folder, 'none.csv'))).toEqual(['Expected a readable file, there is none']);
  });
});
