/** Builds the ports of the lister, from its environment. This file must not reach an adapter that changes a group or reads a metric. */
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings, perRegion } from '../aws/client.ts';
import { Groups } from '../aws/groups.ts';
import { OverrideWriter } from '../aws/override-writer.ts';
import { Overrides } from '../aws/overrides.ts';
import { Patience } from '../aws/patience.ts';
import { ShardQueue } from '../aws/shard-queue.ts';
import type { ListerEnvironment } from '../input/environment.ts';
import type { ListerPorts } from '../write-ports.ts';
import { publishingPorts } from './publishing-ports.ts';
import type { Wiring } from './reading-ports.ts';
import { sleep } from './sleep.ts';

/** For 100,000 groups or Voice Connectors of a Region, within the lister's 50 s. */
const limits = { pages: 1000, listingMs: 40_000 };

export function listerPorts({ environment, logger, observer }: Wiring<ListerEnvironment>): ListerPorts {
  const { AWS_REGION: region, MONITOR_REGIONS: regions, OVERRIDES_PATH: path } = environment;
  const chimeOf = perRegion((each) =>
    observer.observe('chime', each, new ChimeSDKVoiceClient({ ...clientSettings, region: each })),
  );
  const ssmOf = perRegion((each) => observer.observe('ssm', each, new SSMClient({ ...clientSettings, region: each })));
  const groups = { clientOf: chimeOf, controlRegions: environment.CONTROL_REGIONS, clock: Date.now, limits };
  return {
    ...publishingPorts({ environment, logger, observer }),
    groups: new Groups(groups),
    hasty: () => {
      const patience = new Patience((service, each) => observer.lastAnswerMs(service, each));
      return { groups: new Groups({ ...groups, patience }), hasGivenUp: () => patience.hasGivenUp() };
    },
    sleep,
    overrides: new Overrides({ clientOf: ssmOf, regions, path }),
    overrideWriter: new OverrideWriter({ clientOf: ssmOf, regions, path }),
    shardQueue: new ShardQueue({
      // As for the outbox: the host of the URL would override the endpoint.
      client: observer.observe(
        'sqs',
        region,
        new SQSClient({ ...clientSettings, region, useQueueUrlAsEndpoint: false }),
      ),
      queueUrl: environment.SHARD_QUEUE_URL,
    }),
  };
}
