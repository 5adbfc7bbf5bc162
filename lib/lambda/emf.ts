/**
 * CloudWatch's embedded metric format: a log line that CloudWatch Logs makes metrics of, without a call and without a permission.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { EpochMs } from '../core/model/time.ts';
import { ownMetricUnits, ownNamespace } from '../core/model/own-metrics.ts';
import type { TelemetryPort } from '../ports.ts';

export type EmfOptions = {
  /** The deployed one: stages share a namespace, and the heartbeat of one must not be taken for another's. */
  readonly functionName: string;
  readonly clock: () => EpochMs;
  readonly writeLine: (line: string) => void;
};

export function emf({ functionName, clock, writeLine }: EmfOptions): TelemetryPort {
  return {
    publish: (numbers, voiceConnectorGroupId) => {
      const metrics = Object.entries(ownMetricUnits).flatMap(([Name, Unit]) =>
        Name in numbers ? [{ Name, Unit }] : [],
      );
      const isOfGroup = voiceConnectorGroupId !== undefined;
      const directive = {
        Namespace: ownNamespace,
        // Once for the alarm, which knows no ids, and once for the group.
        Dimensions: [['FunctionName'], ...(isOfGroup ? [['FunctionName', 'VoiceConnectorGroupId']] : [])],
        Metrics: metrics,
      };
      const document = {
        _aws: { Timestamp: clock(), CloudWatchMetrics: [directive] },
        FunctionName: functionName,
        ...(isOfGroup ? { VoiceConnectorGroupId: voiceConnectorGroupId } : {}),
        ...numbers,
      };
      writeLine(JSON.stringify(document));
    },
  };
}
