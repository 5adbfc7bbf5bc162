/** Lambda handler of operator commands (`sls invoke` with an event such as events/operate-*.json) and of scheduled drills. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { orderScheduledDrills, type ScheduledDrills } from '../lib/drill/schedule.ts';
import { operateEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { isScheduled } from '../lib/input/trigger.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { portsOf } from '../lib/lambda/ports.ts';
import { reported, resultOrFailure } from '../lib/lambda/reported-failure.ts';
import { operate } from '../lib/operate/operate.ts';
import { answerOf, type OperateResult } from '../lib/operate/result.ts';

const environment = operateEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const ports = portsOf({ environment, policy, logger, observer });

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { run, signals }): Promise<OperateResult | ScheduledDrills> => {
    observer.start();
    if (isScheduled(event)) {
      const scheduled = await orderScheduledDrills(ports, policy, run, signals);
      logResult(ports.log, 'scheduled drills', scheduled);
      return resultOrFailure(scheduled);
    }
    const operated = await operate(ports, policy, { ...run, event }, signals);
    logResult(ports.log, 'operate', operated);
    return reported(() => answerOf(operated));
  },
);
