/** A straightforward monitor, for comparison: it lists, and then reads one metric of one Voice Connector after the other. */
import {
  ChimeSDKVoiceClient,
  paginateListVoiceConnectorGroups,
  paginateListVoiceConnectors,
} from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { inboundMetrics } from '../../lib/observe/members.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

/** @returns how long it took, in milliseconds */
export async function straightforwardRun(endpoint: string, regions: readonly string[], now: number): Promise<number> {
  const startedAt = performance.now();
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const members = new Set<string | undefined>();
  for (const region of regions) {
    const chime = new ChimeSDKVoiceClient({ endpoint, region, credentials });
    const cloudWatch = new CloudWatchClient({ endpoint, region, credentials });
    for await (const { VoiceConnectorGroups = [] } of paginateListVoiceConnectorGroups({ client: chime }, {})) {
      for (const { VoiceConnectorItems = [] } of VoiceConnectorGroups) {
        for (const { VoiceConnectorId } of VoiceConnectorItems) members.add(VoiceConnectorId);
      }
    }
    const ids: string[] = [];
    for await (const { VoiceConnectors = [] } of paginateListVoiceConnectors({ client: chime }, {})) {
      ids.push(...VoiceConnectors.flatMap(({ VoiceConnectorId }) => VoiceConnectorId ?? []));
    }
    const own = ids.filter((id) => members.has(id));
    for (const id of own) for (const metric of inboundMetrics) await cloudWatch.send(oneMetric(id, metric, now));
    chime.destroy();
    cloudWatch.destroy();
  }
  return performance.now() - startedAt;
}

/** As a call of GetMetricStatistics would, which the local AWS does not have. */
function oneMetric(voiceConnectorId: string, metric: string, now: number): GetMetricDataCommand {
  const Dimensions = [{ Name: 'VoiceConnectorId', Value: voiceConnectorId }];
  const Metric = { Namespace: 'AWS/ChimeVoiceConnector', MetricName: metric, Dimensions };
  return new GetMetricDataCommand({
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
    StartTime: new Date(now - 71 * minuteMs),
    EndTime: new Date(now),
  });
}
