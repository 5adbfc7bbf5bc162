/** Serves the console of a real account: `npm run console -- --stage prod --region us-west-2`. Ctrl-C ends it. */
import { once } from 'node:events';
import * as z from 'zod';
import { codeOf, CommandLineError, readArguments, runCommand, wholeNumber } from '../command-line.ts';
import { serveAccount } from './account/server.ts';
import { AccountSource, type Stack } from './account/source.ts';

const usage = `npm run console -- --stage STAGE --region REGION [options]
Serves a page in the browser on the groups of a deployed stage: verdicts, calls, decisions and events of the last six hours. It reads the
log of the monitor and CloudWatch, and changes nothing: the page has no commands. Credentials are taken as every AWS SDK takes them; they
need logs:FilterLogEvents and cloudwatch:GetMetricData. Ctrl-C ends it. For the console of the local AWS, see npm run sim.
  --stage STAGE    the stage as deployed
  --region REGION  the Region as deployed
  --port N         port to listen on (default 4600; 0: any free port)
  --help           prints this text`;

const optionsSchema = z.object({
  stage: z.string('Expected the stage as deployed').min(1),
  region: z.string('Expected the Region as deployed').min(1),
  port: wholeNumber(0, 65_535).prefault('4600'),
});

/** Metrics are a minute old at best. */
const readEveryMs = 20_000;

async function run(): Promise<number> {
  const { options } = readArguments(
    { options: { stage: { type: 'string' }, region: { type: 'string' }, port: { type: 'string' } } },
    optionsSchema,
  );
  const { stage, region, port } = options;
  const deployment: Stack = { kind: 'stack', stage, region };
  const source = new AccountSource(deployment, () => Date.now());
  await source.read();
  if (source.problem !== undefined) throw new Error(source.problem);
  const account = await serveAccount({ source, deployment, port, readEveryMs }).catch((cause: unknown) => {
    throw new CommandLineError(`--port: ${port} cannot be used (${codeOf(cause)}); Expected a free port, or 0 for any`);
  });
  console.log(`Open ${account.url} in a browser. It is read-only. Ctrl-C ends it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await account.close();
  return 0;
}

await runCommand({ usage, run });
