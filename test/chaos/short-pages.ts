/** An account whose listings come in several pages: AWS may put less on a page than it was asked for. */
import { hour, overridesPath, type TestAws } from '../wire-support/account.ts';
import { publishCalls, seedConnector, seedSick } from '../wire-support/account-fixtures.ts';
import type { Target } from './faults.ts';

/** Fewer than an hour of one Voice Connector has, and more than its day in steps of five minutes. */
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

/** Another line is listed first, so that what is to be moved stands on the last pages; and two words of the operator's have run out. */
export function seedSickBehindAnother(aws: TestAws): void {
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
  seedSick(aws);
  const until = new Date(clock.now() - hour).toISOString();
  for (const id of ['main-line', 'other-line']) {
    const value = JSON.stringify({ action: 'pause', by: 'anna', reason: 'works', until });
    account.parameters.put('us-east-1', { name: `${overridesPath}/${id}`, value, type: 'String' });
  }
}

const inPages = ['ListVoiceConnectorGroups', 'ListVoiceConnectors', 'GetMetricData', 'GetParametersByPath'];

/** Whether a call asks for a later page of what an earlier one began. */
export function isLaterPage({ call, nth }: Target): boolean {
  return nth > 0 && inPages.some((operation) => call.startsWith(operation));
}
