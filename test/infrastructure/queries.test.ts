/** The saved queries of CloudWatch Logs Insights name what the functions log. */
import { describe, expect, it } from 'vitest';
import { deploy } from '../wire-support/functions.ts';
import { seedNewlyGreen, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { ofType, resources } from './template.ts';

type Query = {
  readonly Name: string;
  readonly QueryString: string;
  readonly LogGroupNames: readonly { Ref: string }[];
};

const queries = ofType('AWS::Logs::QueryDefinition').map(([, properties]) => properties as unknown as Query);

/** Insights finds a value in JSON by its path: `data.problems.0.message`. */
function pathsIn(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, path === '' ? key : `${path}.${key}`))];
}

/** Every path of every line of runs that move, hold, refuse and fail, and see a health change. */
async function loggedPaths(): Promise<ReadonlySet<string>> {
  const [moved, changed] = [await deploy(), await deploy()];
  seedUnhealthy(moved);
  await moved.invoke('monitor', {});
  await moved.invoke('monitor', {});
  await moved.invoke('operate', { action: 'switchover', group: 'main-line', by: 'anna', reason: 'PBX', to: 'vc-east' });
  moved.misbehave({ service: 'monitoring', effect: { kind: 'region-down' } });
  await moved.invoke('monitor', {});
  seedNewlyGreen(changed);
  await changed.invoke('monitor', {});
  const force = ['cooldown', 'hold-down', 'stand-off'];
  const order = { action: 'switchover', group: 'main-line', by: 'anna', reason: 'PBX', to: 'vc-east', force };
  await changed.invoke('operate', order);
  const lines = [...moved.lines, ...changed.lines].filter((line) => line.startsWith('{'));
  return new Set(lines.flatMap((line) => pathsIn(JSON.parse(line))));
}

describe('The saved queries', () => {
  it('are of this stage, and read the log groups of its functions', () => {
    expect(queries.length).toBeGreaterThan(4);
    expect(queries.filter(({ Name }) => !Name.startsWith('voice-connector-failover-dev/'))).toEqual([]);
    const groups = queries.flatMap(({ LogGroupNames }) => LogGroupNames.map(({ Ref }) => Ref));
    expect(groups.filter((id) => resources[id]?.Type !== 'AWS::Logs::LogGroup')).toEqual([]);
  });

  it('name only fields that the log lines have', { timeout: 120_000 }, async () => {
    const paths = await loggedPaths();
    const fields = queries.flatMap(({ QueryString }) =>
      [...QueryString.replaceAll(/"[^"]*"/g, '').matchAll(/\b(?:data(?:\.\w+)+|function_\w+|level|message)\b/g)].map(
        ([field]) => field,
      ),
    );
    expect(fields.length).toBeGreaterThan(20);
    expect([...new Set(fields)].filter((field) => !paths.has(field))).toEqual([]);
  });

  it('compare messages with those that are logged', () => {
    const compared = queries.flatMap(({ QueryString }) =>
      [...QueryString.matchAll(/message (?:=|!=|in) (\[[^\]]*\]|"[^"]*")/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/"([^"]*)"/g)].map(([, text]) => text),
      ),
    );
    expect([...new Set(compared)].sort()).toEqual(['Hold Changed', 'Operator Action', 'Priority Held', 'decision']);
  });
});
