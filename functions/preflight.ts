/** Lambda handler of preflight, which checks on a schedule or on demand whether each group could fail over now. It changes nothing. */
import { publishedMetrics } from '../lib/aws/metric-names.ts';
import { pastReadiness } from '../lib/aws/past-readiness.ts';
import { countPhoneNumbers } from '../lib/aws/phone-numbers.ts';
import { wakeAlarms } from '../lib/aws/wake-alarms.ts';
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { preflightEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { clientsOf, readPorts } from '../lib/lambda/reading-ports.ts';
import { resultOrFailure } from '../lib/lambda/reported-failure.ts';
import type { PreflightPorts } from '../lib/ports.ts';
import { preflight } from '../lib/preflight/preflight.ts';
import type { ReadinessResult } from '../lib/preflight/result.ts';

const environment = preflightEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const clients = clientsOf(observer);
const { WAKE_ALARM_PREFIX } = environment;
const ports: PreflightPorts = {
  ...readPorts({ environment, policy, logger, observer }, clients),
  publishedMetrics: publishedMetrics(clients.cloudWatchOf),
  countPhoneNumbers: countPhoneNumbers(clients.chimeOf),
  pastReadiness: pastReadiness(clients.cloudWatchOf(environment.AWS_REGION), environment.AWS_LAMBDA_FUNCTION_NAME),
  sdkObserver: observer,
  wakeAlarms: WAKE_ALARM_PREFIX === undefined ? undefined : wakeAlarms(clients.cloudWatchOf, WAKE_ALARM_PREFIX),
};

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { run, signals }): Promise<ReadinessResult> => {
    const result = await preflight(ports, policy, { ...run, trigger: parseTrigger(event) }, signals);
    const { trigger, outcome, readiness, groups, problems } = result;
    logResult(ports.log, 'readiness', { trigger, outcome, readiness, groups: groups.length, problems });
    return resultOrFailure(result);
  },
);
