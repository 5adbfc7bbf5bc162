/** Lambda handler of the monitor, which a schedule, an alarm, an AWS Health event or a person invokes. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { monitorEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { monitorPorts } from '../lib/lambda/ports.ts';
import { resultOrFailure } from '../lib/lambda/reported-failure.ts';
import type { RunResult } from '../lib/monitor/result.ts';
import { publishRunMetrics } from '../lib/monitor/run-metrics.ts';
import { RememberedRuns } from '../lib/monitor/remembered-runs.ts';
import { turn } from '../lib/monitor/turn.ts';

const environment = monitorEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const ports = monitorPorts({ environment, policy, logger, observer });

const runs = new RememberedRuns();

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { run, signals }): Promise<RunResult> => {
    const observedCalls = observer.start();
    const trigger = parseTrigger(event);
    const result = await turn(ports, policy, { ...run, trigger, rememberedRunAt: runs.lastAt }, signals);
    runs.note(result);
    const { groups, ...summary } = result;
    logResult(ports.log, 'run', { ...summary, groups: groups.length });
    publishRunMetrics(ports, result, observedCalls().apiCalls);
    return resultOrFailure(result);
  },
);
