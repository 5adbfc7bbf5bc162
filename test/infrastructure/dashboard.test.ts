import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardResources } from '../../infra/dashboard.ts';
import { ownMetricUnits, shardMetrics } from '../../lib/core/model/own-metrics.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deploy } from '../wire-support/functions.ts';
import { functions, ofType, resources, type Properties } from './template.ts';

type Widget = { readonly type: string; readonly properties: { readonly alarms?: readonly string[] } };

const [, { DashboardBody }] = ofType('AWS::CloudWatch::Dashboard')[0]!;
const { 'Fn::Sub': body } = DashboardBody as { readonly 'Fn::Sub': string };
const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };

/** The value of `data.connectors.0.priority` in a line. */
function valueAt(line: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Properties | undefined)?.[key], line);
}

describe('The dashboard', () => {
  it('shows the state of every alarm first', () => {
    expect(widgets[0]).toMatchObject({ type: 'alarm' });
    const ids = Object.entries(resources).flatMap(([id, { Type }]) => (Type.endsWith('Alarm') ? [id] : []));
    expect([...widgets[0]!.properties.alarms!].sort()).toEqual(ids.map((id) => `\${${id}.Arn}`).sort());
  });

  it('shows every metric of the functions, and the priority changes', () => {
    const text = JSON.stringify(widgets.slice(1));
    expect([...Object.keys(ownMetricUnits), 'PriorityChange'].filter((name) => !text.includes(name))).toEqual(
      shardMetrics,
    );
  });

  it('shows the calls of every control Region, found by a search without ids', () => {
    const { CONTROL_REGIONS } = functions.find(({ name }) => name === 'monitor')!.variables;
    const searched = widgets.filter(({ properties }) => JSON.stringify(properties).includes('InboundCallFailures'));
    expect(searched.map(({ properties }) => (properties as Properties)['region'])).toEqual(
      String(CONTROL_REGIONS)
        .split(',')
        .flatMap((region) => [region, region]),
    );
    for (const { properties } of searched) {
      expect(JSON.stringify(properties)).toContain("SEARCH('{AWS/ChimeVoiceConnector,VoiceConnectorId} MetricName=");
    }
  });

  it('shows after the alarms who is first now, then how many calls fail against the limit, with the moves', () => {
    const titles = widgets.map(({ properties }) => String((properties as Properties)['title']).split(/[:,(]/)[0]);
    expect(titles.slice(0, 7)).toEqual([
      'Alarms',
      'Who is first now',
      'Failed calls in us-east-1',
      'Inbound calls in us-east-1',
      'Failed calls in us-west-2',
      'Inbound calls in us-west-2',
      'The last decisions',
    ]);
    const rate = widgets[2]!.properties as Properties;
    expect(JSON.stringify(rate['metrics'])).toContain('100 * SUM(failures) / SUM(attempts)');
    expect(JSON.stringify(rate['metrics'])).toContain('MetricName=\\"PriorityChange\\"');
    expect(rate['annotations']).toEqual({ horizontal: [{ label: 'minExcessRatio', value: 5 }] });
  });

  it('queries fields that the lines of the monitor have', { timeout: 60_000 }, async () => {
    const aws = await deploy({ pauses: 'skipped' });
    seedUnhealthy(aws);
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' },
    });
    await aws.invoke('monitor', {});
    const lines = aws.lines.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
    const queries = widgets.flatMap(({ type, properties }) =>
      type === 'log' ? [String((properties as Properties)['query'])] : [],
    );
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      expect(query).toMatch(/^SOURCE '\/aws\/lambda\/voice-connector-failover-dev-monitor' \| /);
      const [, condition = ''] = /filter message (?:= "|like \/)([^"/]+)/.exec(query) ?? [];
      const found = lines.filter((line) => new RegExp(condition).test(String((line as Properties)['message'])));
      expect(found, condition).not.toEqual([]);
      const paths = [...query.matchAll(/\bdata(?:\.\w+)+/g)].map(([path]) => path);
      const missing = paths.filter((path) => found.every((line) => valueAt(line, path) === undefined));
      // A move has no code of a hold and no summary of a command.
      expect(missing.filter((path) => !['data.code', 'data.data.code', 'data.data.summary'].includes(path))).toEqual(
        [],
      );
    }
  });

  it('refers only to resources of the template', () => {
    const referred = [...body.matchAll(/\$\{([A-Za-z]+)(\.\w+)?\}/g)].map(([, id]) => id!);
    expect(referred.filter((id) => resources[id] === undefined)).toEqual([]);
  });

  it.each([
    ['[VoiceConnectorId]', 'AWS/ChimeVoiceConnector,VoiceConnectorId'],
    ['[VoiceConnectorId, Region]', 'AWS/ChimeVoiceConnector,VoiceConnectorId,Region'],
  ])('searches calls by the metricDimensions of the policy: %s', async (metricDimensions, searched) => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-'));
    const policyFile = join(folder, 'policy.yml');
    writeFileSync(policyFile, `{ version: 1, metricDimensions: ${metricDimensions} }`);
    const properties = new Map<string, unknown>([
      ['functions', { monitor: { timeout: 50 } }],
      ['provider.environment.CONTROL_REGIONS', 'us-east-1'],
      ['custom.policyFile', policyFile],
    ]);
    const { Resources } = await dashboardResources({
      resolveConfigurationProperty: (path) => Promise.resolve(properties.get(path.join('.'))),
    });
    rmSync(folder, { recursive: true });
    const source = Resources.Dashboard!.Properties.DashboardBody['Fn::Sub'];
    const searches = [...source.matchAll(/\{(AWS\/ChimeVoiceConnector[^}]*)\}/g)].map(([, dimensions]) => dimensions);
    expect(new Set(searches)).toEqual(new Set([searched]));
    expect(searches).toHaveLength(4);
  });

  it('is left out where the stage wants none', async () => {
    const resolveConfigurationProperty = (path: readonly string[]) =>
      path.join('.') === 'custom.settings.dashboard' ? Promise.resolve(false) : Promise.reject(new Error('not needed'));
    expect(await dashboardResources({ resolveConfigurationProperty })).toEqual({ Resources: {} });
  });
});
