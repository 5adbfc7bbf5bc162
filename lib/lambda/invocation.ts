/** The middlewares that every function shares. Their order matters: a failure is published within the limits and identity of its run, and
 * what the function returns or throws is made safe last of all. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import type { CommonEnvironment } from '../input/environment.ts';
import type { Policy } from '../input/policy.ts';
import type { PublishingPorts } from '../ports.ts';
import { publishFailure } from './publish-failure.ts';
import { identifyRun } from './run-identity.ts';
import { safeOutput } from './safe-output.ts';
import { timeLimits } from './time-limits.ts';

// A function parses with each schema once or a few times: to compile a parser first takes longer than that.
z.config({ jitless: true });

type Invocation = {
  readonly environment: CommonEnvironment;
  readonly policy: Policy;
  readonly logger: Logger;
  readonly ports: PublishingPorts;
};

/** The handler that is added to it gets `run` and `signals` in its context. */
export function invocation({ environment, policy, logger, ports }: Invocation) {
  return middy<unknown, unknown>()
    .use(safeOutput())
    .use(injectLambdaContext(logger))
    .use(timeLimits())
    .use(identifyRun(environment))
    .use(publishFailure(ports, policy.hash));
}
