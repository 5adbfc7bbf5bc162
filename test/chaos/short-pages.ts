/** An account whose lists have several pages: AWS may return fewer entries per page than requested. */
import { hour, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { publishCalls, seedConnector, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import type { Target } from './faults.ts';

/** Fewer than one Voice Connector has in an hour, but more than it has in a day at five-minute periods. */
const datapointsPerPage = 100;

function makeShort({ account }: TestAws): void {
  const { groups, connectors } = account.chime;
  const { cloudWatch, parameters } = account;
  const listGroups = groups.list.bind(groups);
  groups.list = (region, request) => listGroups(region, { ...request, maxResults: 1 });
  const listConnectors = connectors.list.bind(connectors);
  connectors.list = (region, request) => listConnectors(region, { ...request, maxResults: 2 });
  const getMetricData = cloudWatch.getMetricData.bind(cloudWatch);
  cloudWatch.getMetricData = (region, request) =>
    getMetricData(region, { ...request, maxDatapoints: datapointsPerPage });
  const byPath = parameters.byPath.bind(parameters);
  parameters.byPath = (region, request) => byPath(region, { ...request, maxResults: 1 });
}

/** Lists another group first, so that the group to be moved is on the last pages; and two overrides have expired. */
export function seedUnhealthyBehindAnother(aws: TestAws): void {
  makeShort(aws);
  const { account, clock } = aws;
  seedConnector(aws, 'vc-other-east', 'us-east-1');
  seedConnector(aws, 'vc-other-west', 'us-west-2');
  account.chime.seedConnector({ voiceConnectorId: 'vc-spare' });
  account.chime.seedGroup({
    voiceConnectorGroupId: 'other-line',
    items: [
      { voiceConnectorId: 'vc-other-east', priority: 1 },
      { voiceConnectorId: 'vc-other-west', priority: 2 },
    ],
    createdAt: clock.now() - 24 * hour,
  });
  publishCalls(aws, { voiceConnectorId: 'vc-other-east', region: 'us-east-1', attemptsPerMinute: 2 });
  seedUnhealthy(aws);
  const until = new Date(clock.now() - hour).toISOString();
  for (const id of ['main-line', 'other-line']) {
    const value = JSON.stringify({ action: 'pause', by: 'anna', reason: 'works', until });
    account.parameters.put('us-east-1', { name: `${overridesPath}/${id}`, value, type: 'String' });
  }
}

const inPages = ['ListVoiceConnectorGroups', 'ListVoiceConnectors', 'GetMetricData', 'GetParametersByPath'];

/** Whether a call requests a page after the first. */
export function isLaterPage({ call, nth }: Target): boolean {
  return nth > 0 && inPages.some((operation) => call.startsWith(operation));
}
