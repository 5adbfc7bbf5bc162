/**
 * CloudWatch's embedded metric format: CloudWatch Logs extracts metrics from a log line, without an API call or a permission.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { EpochMs } from '../core/model/time.ts';
import { safeReplacer } from '../input/safe-text.ts';
import { ownMetricUnits, ownNamespace } from '../core/model/own-metrics.ts';
import type { TelemetryPort } from '../ports.ts';

export function emf({
  functionName,
  clock,
  writeLine,
}: {
  /** The deployed name, which differs between stages: they share a namespace, and each needs its own heartbeat. */
  readonly functionName: string;
  readonly clock: () => EpochMs;
  readonly writeLine: (line: string) => void;
}): TelemetryPort {
  return {
    publish: (values, about) => {
      const metrics = Object.entries(ownMetricUnits).flatMap(([Name, Unit]) =>
        Name in values ? [{ Name, Unit }] : [],
      );
      const dimensions = dimensionsOf(about);
      const directive = {
        Namespace: ownNamespace,
        // A group's metric is published under two dimension sets: the alarm watches the one without group ids.
        Dimensions: [['FunctionName'], ...Object.keys(dimensions).map((name) => ['FunctionName', name])],
        Metrics: metrics,
      };
      const document = {
        _aws: { Timestamp: clock(), CloudWatchMetrics: [directive] },
        FunctionName: functionName,
        ...dimensions,
        ...values,
      };
      writeLine(JSON.stringify(document, safeReplacer));
    },
  };
}

/** The dimension beside the function, if there is one. */
function dimensionsOf(about: Parameters<TelemetryPort['publish']>[1]): Readonly<Record<string, string>> {
  if (about === undefined) return {};
  return typeof about === 'string' ? { VoiceConnectorGroupId: about } : { Shard: String(about.shard) };
}

/** Writes to standard output and not through the logger: a log level must not silence the heartbeat. */
export function emfTelemetry(functionName: string): TelemetryPort {
  return emf({ functionName, clock: Date.now, writeLine: (line) => process.stdout.write(`${line}\n`) });
}
