/** Lambda handler of the inventory of proxy sessions, on a schedule or on demand. It changes nothing. */
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { sessionsEnvironment } from '../lib/input/environment.ts';
import { loadPackagedPolicy } from '../lib/input/policy.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { invocation } from '../lib/lambda/invocation.ts';
import { createLogger, logResult } from '../lib/lambda/log.ts';
import { observingClientsOf, sessionsPorts } from '../lib/lambda/reading-ports.ts';
import { resultOrFailure } from '../lib/lambda/reported-failure.ts';
import { takeInventory } from '../lib/sessions/inventory.ts';
import type { SessionsResult } from '../lib/sessions/result.ts';

const environment = sessionsEnvironment(process.env);
const policy = loadPackagedPolicy(environment.POLICY_FILE);
const logger = createLogger();
const observer = new SdkObserver({ clock: Date.now });
const ports = sessionsPorts({ environment, policy, logger, observer }, observingClientsOf(observer));

export const handler = invocation({ environment, policy, logger, ports }).handler(
  async (event: unknown, { run, signals }): Promise<SessionsResult> => {
    const result = await takeInventory(ports, policy, { ...run, trigger: parseTrigger(event) }, signals);
    const { trigger, observedAt, outcome, connectors, findings, problems } = result;
    const summary = { trigger, observedAt, outcome, connectors: connectors.length, findings, problems };
    logResult(ports.log, 'inventory', summary);
    return resultOrFailure(result);
  },
);
