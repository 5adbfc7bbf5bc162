import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardResources } from '../../infra/dashboard.ts';
import { ownMetricUnits } from '../../lib/core/model/own-metrics.ts';
import { functions, ofType, resources, type Properties } from './template.ts';

type Widget = { readonly type: string; readonly properties: { readonly alarms?: readonly string[] } };

const [, { DashboardBody }] = ofType('AWS::CloudWatch::Dashboard')[0]!;
const { 'Fn::Sub': body } = DashboardBody as { readonly 'Fn::Sub': string };
const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };

describe('The dashboard', () => {
  it('shows the state of every alarm first', () => {
    expect(widgets[0]).toMatchObject({ type: 'alarm' });
    expect(widgets[0]!.properties.alarms).toEqual(ofType('AWS::CloudWatch::Alarm').map(([id]) => `\${${id}.Arn}`));
  });

  it('shows every metric of the functions, and the priority changes', () => {
    const text = JSON.stringify(widgets.slice(1));
    expect([...Object.keys(ownMetricUnits), 'PriorityChange'].filter((name) => !text.includes(name))).toEqual([]);
  });

  it('shows the calls of every control Region, found by a search without ids', () => {
    const { CONTROL_REGIONS } = functions.find(({ name }) => name === 'monitor')!.variables;
    const searched = widgets.filter(({ properties }) => JSON.stringify(properties).includes('InboundCallFailures'));
    expect(searched.map(({ properties }) => (properties as Properties)['region'])).toEqual(
      String(CONTROL_REGIONS).split(','),
    );
    for (const { properties } of searched) {
      expect(JSON.stringify(properties)).toContain("SEARCH('{AWS/ChimeVoiceConnector,VoiceConnectorId} MetricName=");
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
    const source = Resources.Dashboard.Properties.DashboardBody['Fn::Sub'];
    const searches = [...source.matchAll(/\{(AWS\/ChimeVoiceConnector[^}]*)\}/g)].map(([, dimensions]) => dimensions);
    expect(searches).toEqual([searched, searched]);
  });
});
