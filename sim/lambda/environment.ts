import { accessKeyIdOf } from './credentials.ts';

/** What a function's environment variables are made of. */
export type Surroundings = {
  readonly functionName: string;
  /** The name it is declared under: that of its role and its credentials. */
  readonly declaredName: string;
  readonly region: string;
  readonly memoryMegabytes: number;
  readonly taskRoot: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
};

/** The rest of AWS's own example: the local AWS checks no signature, but the SDK refuses to sign without. */
const exampleSecrets = {
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'local',
};

/**
 * The variables Lambda sets, and over them the function's own. Nothing is inherited from the process that hosts it, so a
 * variable somebody forgot to configure is missing here as it would be there.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentOf(
  surroundings: Surroundings,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { functionName, declaredName, region, memoryMegabytes, taskRoot, logGroupName, logStreamName } = surroundings;
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
