/** What this project adds to the Serverless commands. */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stop } from 'esbuild';
import { policyFrom, type PackagedPolicy } from '../lib/input/policy.ts';
import { packagedPolicyOf } from '../infra/policy-text.ts';
import { NoStageFileError } from '../infra/stage-settings.ts';
import { chosenStage, type ChosenStage } from '../infra/template-settings.ts';
import { InvalidInputError } from '../lib/input/validation.ts';
import { takeBuildLock } from './build-lock.ts';
import { finishTemplate, type Template } from './finish-template.ts';
import { archiveOf, filesIn } from './zip.ts';

/** The part of the framework's instance that this plugin uses. */
export type Serverless = {
  readonly service: {
    readonly custom: { readonly policyFile: string; readonly busName: string; readonly outboxQueueName: string };
    readonly provider: {
      readonly environment: Record<string, unknown>;
      readonly compiledCloudFormationTemplate?: Template;
    };
  };
  readonly processedInput: {
    readonly commands: readonly string[];
    readonly options: Readonly<Record<string, unknown>>;
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
};

/** Commands that act on a stack in an AWS account. `package` and `invoke local` do not. */
const stackCommands = ['deploy', 'info', 'invoke', 'logs', 'metrics', 'remove', 'rollback'];

export default class VoiceConnectorFailover {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;

  constructor(serverless: Serverless) {
    const beginPackage = async (): Promise<void> => {
      validPolicy(serverless);
      await takeBuildLock(lock, waitFor);
    };
    const prepareArtefacts = (): void => {
      useOwnTemporaryFolder();
      writePolicy(validPolicy(serverless));
    };
    this.hooks = {
      initialize: () => {
        requireSettings(serverless);
        // The framework reads the environment in a hook that runs before any hook that a plugin has for `invoke local`.
        nameLocalResources(serverless);
      },
      'before:package:initialize': beginPackage,
      'before:package:createDeploymentArtifacts': prepareArtefacts,
      'after:package:createDeploymentArtifacts': compressArtefacts,
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { settings } = validStage(serverless);
        const { compiledCloudFormationTemplate: template } = serverless.service.provider;
        if (template !== undefined) finishTemplate(template, settings);
      },
      'before:deploy:function:packageFunction': async () => {
        await beginPackage();
        prepareArtefacts();
      },
      'after:deploy:function:packageFunction': compressArtefacts,
      'before:invoke:local:invoke': async () => {
        await beginPackage();
        writePolicy(validPolicy(serverless));
      },
      // After an error serverless-esbuild leaves esbuild's service process running, and the command would never end.
      error: stop,
    };
  }
}

/** serverless-esbuild collects the files of each artefact in a folder of the system's temporary folder, and leaves it there. */
function useOwnTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'voice-connector-failover-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
}

/** With another policy the functions would refuse to start. */
function validPolicy({ service, classes }: Serverless): PackagedPolicy {
  try {
    const packaged = packagedPolicyOf(service.custom.policyFile);
    policyFrom(packaged);
    return packaged;
  } catch (error) {
    throw new classes.Error(error instanceof Error ? error.message : String(error), 'INVALID_POLICY');
  }
}

/** Where serverless-esbuild collects what every artefact contains, and where it leaves the artefacts. */
const contents = '.esbuild/.build';
const artefacts = '.esbuild/.serverless';

/** Of the commands that build, in the folder of the service. */
const lock = '.build-lock';

function waitFor(pid: number): void {
  process.stderr.write(`Waiting for the Serverless command of process ${pid}, which builds in this folder too\n`);
}

function writePolicy(policy: PackagedPolicy): void {
  mkdirSync(contents, { recursive: true });
  writeFileSync(join(contents, 'policy.json'), JSON.stringify(policy));
}

/** serverless-esbuild compresses as fast as possible, which leaves an eighth more to load at each cold start. */
function compressArtefacts(): void {
  for (const archive of globSync(`${artefacts}/*.zip`)) {
    writeFileSync(archive, archiveOf(filesIn(readFileSync(archive))));
  }
}

function validStage({ processedInput: { options }, classes }: Serverless): ChosenStage {
  try {
    return chosenStage(options);
  } catch (error) {
    if (!(error instanceof InvalidInputError) && !(error instanceof NoStageFileError)) throw error;
    throw new classes.Error(error.message, 'INVALID_STAGE');
  }
}

/** A command on a stack names its stage and takes nothing from the shell, so that no forgotten variable changes what is deployed. */
function requireSettings(serverless: Serverless): void {
  const { processedInput, classes } = serverless;
  const { commands, options } = processedInput;
  const command = commands.join(' ');
  const isLocalAws = process.env['AWS_ENDPOINT_URL'] !== undefined;
  const isOnStack = stackCommands.includes(commands[0] ?? '') && command !== 'invoke local' && !isLocalAws;
  if (isOnStack && (options['stage'] ?? '') === '') {
    throw new classes.Error(
      `sls ${command} has no default stage. Name the one to use, which has its settings in config/<stage>.yml, for example: npx sls ${command} --stage prod --region us-west-2`,
      'STAGE_NOT_NAMED',
    );
  }
  const { stage, settings } = validStage(serverless);
  if (!isOnStack) return;
  if (settings.localAwsOnly) {
    throw new classes.Error(
      `The stage ${stage} is for the local AWS only (localAwsOnly in config/${stage}.yml), and AWS_ENDPOINT_URL is not set. To deploy, make a stage of your own: docs/deploy.md`,
      'STAGE_IS_LOCAL',
    );
  }
  if (commands[0] === 'deploy' && process.env['POLICY_FILE'] !== undefined) {
    throw new classes.Error(
      `POLICY_FILE is set (${process.env['POLICY_FILE']}), and a deployment takes its policy from config/${stage}.yml (policy: ${settings.policy}) only. Run: unset POLICY_FILE`,
      'POLICY_FROM_SHELL',
    );
  }
}

/** CloudFormation resolves the template's references in an account that has the stack; the local AWS has none. */
function nameLocalResources({ processedInput, service: { custom, provider } }: Serverless): void {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (processedInput.commands.join(' ') !== 'invoke local' || endpoint === undefined) return;
  provider.environment['EVENT_BUS_NAME'] = custom.busName;
  provider.environment['OUTBOX_QUEUE_URL'] = `${endpoint}/000000000000/${custom.outboxQueueName}`;
}
