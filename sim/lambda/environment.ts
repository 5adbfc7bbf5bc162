import { accessKeyIdOf } from './credentials.ts';

/** The values from which a function's environment variables are derived. */
export type EnvironmentSource = {
  readonly functionName: string;
  /** The declared name, which determines its role and its credentials. */
  readonly declaredName: string;
  readonly region: string;
  readonly memoryMegabytes: number;
  readonly taskRoot: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
};

/** AWS's example credentials. The local AWS does not check signatures, but the SDK does not sign without a secret. */
const exampleSecrets = {
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'local',
};

/**
 * Lambda's variables, overridden by the function's own. Nothing is inherited from the hosting process, so that a variable missing
 * from the configuration is missing here too.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentOf(
  source: EnvironmentSource,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { functionName, declaredName, region, memoryMegabytes, taskRoot, logGroupName, logStreamName } = source;
  return {
    AWS_ACCESS_KEY_ID: accessKeyIdOf(declaredName),
    ...exampleSecrets,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memoryMegabytes}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...own,
  };
}
