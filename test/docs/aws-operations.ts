/** The AWS CLI commands that the documentation uses, and how each is checked. */
import * as chimeSdkVoice from '@aws-sdk/client-chime-sdk-voice';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';

export type AwsCheck =
  /** The local AWS has the operation: the command is run. */
  | 'run'
  /** The local AWS does not have it: the CLI validates the arguments without a call. */
  | 'validate';

export const awsOperations: Readonly<Record<string, Readonly<Record<string, AwsCheck>>>> = {
  'chime-sdk-voice': { 'list-voice-connector-groups': 'run', 'update-voice-connector-group': 'run' },
  ssm: { 'put-parameter': 'run', 'delete-parameter': 'validate' },
  lambda: { 'get-account-settings': 'validate', 'put-function-concurrency': 'validate' },
  events: { 'delete-archive': 'validate', 'delete-event-bus': 'validate' },
  sqs: { 'start-message-move-task': 'validate' },
  logs: {
    'start-query': 'validate',
    'get-query-results': 'validate',
    'filter-log-events': 'validate',
    'delete-log-group': 'validate',
  },
};

const clients: Readonly<Record<string, object>> = { 'chime-sdk-voice': chimeSdkVoice, events, lambda, sqs, ssm };

/** Options by operation, from the CLI's reference. */
const logsOptions: Readonly<Record<string, readonly string[]>> = {
  'start-query': ['--log-group-name', '--start-time', '--end-time', '--query-string'],
  'get-query-results': ['--query-id'],
  'filter-log-events': ['--log-group-name', '--filter-pattern'],
  'delete-log-group': ['--log-group-name'],
};

/** For machines without the AWS CLI: the SDK must have the operation, and CloudWatch Logs the options. */
export function hasOperation(service: string, operation: string, tokens: readonly string[]): boolean {
  if (service === 'logs') {
    const options = tokens.filter((token) => token.startsWith('--'));
    return options.every((option) => logsOptions[operation]?.includes(option) === true);
  }
  const name = operation
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return Object.hasOwn(clients[service] ?? {}, `${name}Command`);
}
