/** Builds the ports of the report function, from its environment. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings, perRegion } from '../aws/client.ts';
import { LogLines } from '../aws/log-lines.ts';
import { Metrics } from '../aws/metrics.ts';
import { ReportStore } from '../aws/report-store.ts';
import type { ReportEnvironment } from '../input/environment.ts';
import type { ReportPorts } from '../ports.ts';
import { publishingPorts } from './publishing-ports.ts';
import type { Wiring } from './reading-ports.ts';

/** AWS searches a megabyte of a log for each page, and allows five requests a second to all readers of an account together. */
const logSettings = {
  ...clientSettings,
  maxAttempts: 8,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 10_000 },
};

export function reportPorts({ environment, policy, logger, observer }: Wiring<ReportEnvironment>): ReportPorts {
  const { AWS_REGION: region, REPORT_BUCKET: bucket } = environment;
  const clientOf = perRegion((each) =>
    observer.observe('cloudwatch', each, new CloudWatchClient({ ...clientSettings, region: each })),
  );
  return {
    ...publishingPorts({ environment, logger, observer }),
    logs: new LogLines({ client: new CloudWatchLogsClient({ ...logSettings, region }) }),
    metrics: new Metrics({
      clientOf,
      dimensions: policy.metricDimensions,
      metricsRegions: policy.metricsRegions,
    }),
    reports: new ReportStore({
      // The bucket may be in another Region.
      client: new S3Client({ ...clientSettings, region, followRegionRedirects: true }),
      bucket,
    }),
  };
}
