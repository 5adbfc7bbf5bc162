/** Lambda handler of the lister, which exists in a stage with shards: a schedule invokes it every minute. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { listerEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { listerPorts } from '../lib/lambda/lister-ports.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { resultOrFailure } from '../lib/lambda/reported-failure.ts';
import { listAndSend, type ListerResult } from '../lib/monitor/lister.ts';

const environment = listerEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const ports = listerPorts({ environment, policy, logger, observer });

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (_event: unknown, { run, signals }): Promise<ListerResult> => {
    observer.start();
    const result = await listAndSend(ports, policy, run, signals, environment.SHARDS);
    logResult(ports.log, 'lister', result);
    return resultOrFailure(result);
  },
);
