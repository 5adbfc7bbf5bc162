/** Lambda handler of the monitor, which a schedule, an alarm, an AWS Health event, a person or the queue of shards invokes. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { monitorEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { isFromQueue, parseShardMessage } from '../lib/input/shard-message.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { monitorPorts } from '../lib/lambda/ports.ts';
import { resultOrFailure } from '../lib/lambda/reported-failure.ts';
import type { RunResult } from '../lib/monitor/result.ts';
import { publishRunMetrics } from '../lib/monitor/run-metrics.ts';
import { RememberedRuns } from '../lib/monitor/remembered-runs.ts';
import { runShard, type DecidedListings, type DroppedShard } from '../lib/monitor/shard-run.ts';
import { turn } from '../lib/monitor/turn.ts';

const environment = monitorEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const ports = monitorPorts({ environment, policy, logger, observer });

const decided: DecidedListings = new Map();
const runs = new RememberedRuns();

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { run, signals }): Promise<RunResult | DroppedShard> => {
    const observedCalls = observer.start();
    const isShard = isFromQueue(event);
    const result = isShard
      ? await runShard(ports, policy, run, parseShardMessage(event), signals, decided)
      : await turn(ports, policy, { ...run, trigger: parseTrigger(event), rememberedRunAt: runs.lastAt }, signals);
    if (result.shape === 'dropped-shard') return result;
    runs.note(result);
    const { groups, ...summary } = result;
    logResult(ports.log, 'run', { ...summary, groups: groups.length });
    publishRunMetrics(ports, result, observedCalls().apiCalls);
    // The queue would deliver a failed shard again, and hold back its successor until then. The metric ShardFailed has an alarm.
    return isShard ? result : resultOrFailure(result);
  },
);
