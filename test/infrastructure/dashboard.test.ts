import { describe, expect, it } from 'vitest';
import { ownMetricUnits } from '../../lib/core/model/own-metrics.ts';
import { functions, ofType, resources, type Properties } from './template.ts';

type Widget = { readonly type: string; readonly properties: { readonly alarms?: readonly string[] } };

const [, { DashboardBody }] = ofType('AWS::CloudWatch::Dashboard')[0]!;
const { 'Fn::Sub': body } = DashboardBody as { readonly 'Fn::Sub': string };
const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };

describe('The dashboard', () => {
  it('shows first the state of every alarm', () => {
    expect(widgets[0]).toMatchObject({ type: 'alarm' });
    expect(widgets[0]!.properties.alarms).toEqual(ofType('AWS::CloudWatch::Alarm').map(([id]) => `\${${id}.Arn}`));
  });

  it('shows every number of the monitor, and its changes', () => {
    const text = JSON.stringify(widgets.slice(1));
    expect([...Object.keys(ownMetricUnits), 'PriorityChange'].filter((name) => !text.includes(name))).toEqual([]);
  });

  it('shows the calls of every Region in which the monitor looks for groups, and needs no ids for it', () => {
    const { CONTROL_REGIONS } = functions.find(({ name }) => name === 'monitor')!.variables;
    const searched = widgets.filter(({ properties }) => JSON.stringify(properties).includes('InboundCallFailures'));
    expect(searched.map(({ properties }) => (properties as Properties)['region'])).toEqual(
      String(CONTROL_REGIONS).split(','),
    );
    for (const { properties } of searched) {
      expect(JSON.stringify(properties)).toContain("SEARCH('{AWS/ChimeVoiceConnector,VoiceConnectorId} MetricName=");
    }
  });

  it('refers to nothing that is not in the template', () => {
    const referred = [...body.matchAll(/\$\{([A-Za-z]+)(\.\w+)?\}/g)].map(([, id]) => id!);
    expect(referred.filter((id) => resources[id] === undefined)).toEqual([]);
  });
});
