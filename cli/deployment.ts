/** Where the functions are deployed, and how AWS is reached there. */

/** As in serverless.yml. */
export const serviceName = 'voice-connector-failover';

export type Deployment =
  | { readonly kind: 'stack'; readonly stage: string; readonly region: string }
  /** `npm run sim`. */
  | { readonly kind: 'local'; readonly port: number };

export function deployedName(deployment: Deployment, functionName: string): string {
  return `${serviceName}-${deployment.kind === 'local' ? 'dev' : deployment.stage}-${functionName}`;
}

export function clientSettings(deployment: Deployment) {
  return deployment.kind === 'stack'
    ? { region: deployment.region }
    : {
        endpoint: `http://127.0.0.1:${deployment.port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        // Where its clock differs from this computer's, the SDK would take that for the cause of any error, and try the request eight times.
        disableClockSkewCorrection: true,
      };
}

/** The local AWS has a clock of its own, which may run faster than this computer's. In epoch milliseconds. */
export async function timeAt(deployment: Deployment, now: () => number): Promise<number> {
  if (deployment.kind === 'stack') return now();
  const response = await fetch(`http://127.0.0.1:${deployment.port}/_sim/misbehaviour`).catch(() => undefined);
  // What the command asks next reports that nothing answers.
  return Date.parse(response?.headers.get('date') ?? '') || now();
}

/** Why AWS could not be asked, and what to check. */
export function failureText(error: unknown, deployment: Deployment): string {
  return `${textOf(error)}${hint(error, deployment)}`;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message === '' && error.cause !== undefined ? textOf(error.cause) : error.message}`;
}

function hint(error: unknown, deployment: Deployment): string {
  const name = error instanceof Error ? error.name : '';
  if (deployment.kind === 'local') return `. Does npm run sim run on port ${deployment.port}?`;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return '. Expected AWS credentials: log in with aws sso login, or set AWS_PROFILE';
  }
  if (/^(?:ExpiredToken|UnrecognizedClient|InvalidClientTokenId)/.test(name)) {
    return '. The AWS credentials have expired or are unknown: log in again';
  }
  if (name === 'ResourceNotFoundException') {
    return `. Is stage ${deployment.stage} deployed in ${deployment.region}?`;
  }
  return '';
}
