/** The inventory of proxy sessions: wakes on a schedule or by hand, counts and reports. It changes nothing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { sessionsEnvironment } from '../lib/input/environment.ts';
import { signalsWithin } from '../lib/lambda/signals.ts';
import { loadPolicy } from '../lib/input/policy.ts';
import { publishFailure } from '../lib/audit/publish.ts';
import { RunFailedError } from '../lib/context.ts';
import { takeInventory } from '../lib/sessions/inventory.ts';
import type { SessionsResult } from '../lib/sessions/result.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { clientsOf, sessionsPorts } from '../lib/lambda/reading-ports.ts';

const environment = sessionsEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const region = environment.AWS_REGION;

const observer = new SdkObserver({ clock: Date.now });
const ports = sessionsPorts({ environment, policy, logger, observer }, clientsOf(observer));

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<SessionsResult> => {
    const who = { runId: context.awsRequestId, codeVersion: environment.CODE_VERSION, monitorRegion: region };
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const result = await publishFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      takeInventory(ports, policy, { ...who, trigger: parseTrigger(event) }, signals),
    );
    const { trigger, observedAt, outcome, connectors, findings, problems } = result;
    ports.log.info('inventory', { trigger, observedAt, outcome, connectors: connectors.length, findings, problems });
    if (result.outcome === 'failed') throw new RunFailedError(result.problems);
    return result;
  });
