/**
 * The AWS CLI as a person uses it on the local AWS. The requests of every SDK are tested in the other files of this folder, by their wire form
 * where a protocol is one of the CLI's own (cloudwatch.test.ts has Query), so that nothing is untested where no CLI is installed.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { localAws, minute, seedPair, startsAt } from './harness.ts';

const run = promisify(execFile);

/** Such as `aws-cli/1.45.11 Python/3.11.7 …`. */
const version = spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout as string | null;

/** Only what the CLI needs: a profile of the person who runs the tests must not reach it. */
const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

async function cliOf() {
  const aws = await localAws();
  /** The answer, parsed; null where the CLI prints none. @throws with what the CLI printed */
  const cli = async (...args: readonly string[]): Promise<unknown> => {
    const all = [...args, '--endpoint-url', aws.server.url, '--output', 'json'];
    const { stdout } = await run('aws', all, { env: environment });
    return JSON.parse(stdout === '' ? 'null' : stdout);
  };
  return { aws, cli };
}

if (version === null) {
  process.stderr.write('test/sim/wire/aws-cli.test.ts did NOT run: there is no AWS CLI (pip install awscli).\n');
  describe('The AWS CLI on the local AWS', () => {
    it.skip('did NOT run: there is no AWS CLI on this machine', () => undefined);
  });
} else {
  describe(`The AWS CLI on the local AWS`, { timeout: 120_000 }, () => {
    it('chime-sdk-voice lists a group, reorders it, and prints what is wrong', async () => {
      const { aws, cli } = await cliOf();
      const { group } = seedPair(aws.account);
      const listed = await cli('chime-sdk-voice', 'list-voice-connector-groups');
      expect(listed).toMatchObject({ VoiceConnectorGroups: [{ VoiceConnectorGroupId: group, Name: 'main number' }] });
      const items = ['VoiceConnectorId=vc-east,Priority=2', 'VoiceConnectorId=vc-west,Priority=1'];
      const about = ['--voice-connector-group-id', group, '--name', 'main number', '--voice-connector-items'];
      await cli('chime-sdk-voice', 'update-voice-connector-group', ...about, ...items);
      expect(aws.account.routedGroups()[0]?.items).toEqual([
        { voiceConnectorId: 'vc-east', priority: 2 },
        { voiceConnectorId: 'vc-west', priority: 1 },
      ]);
      await expect(
        cli('chime-sdk-voice', 'get-voice-connector-group', '--voice-connector-group-id', 'none'),
      ).rejects.toThrow('(NotFoundException) when calling the GetVoiceConnectorGroup operation');
    });

    it('cloudwatch puts a metric, lists it and reads it', async () => {
      const { cli } = await cliOf();
      const at = (time: number): string => new Date(time).toISOString();
      const datum = { MetricName: 'Calls', Value: 3, Timestamp: at(startsAt) };
      await cli('cloudwatch', 'put-metric-data', '--namespace', 'Mine', '--metric-data', JSON.stringify([datum]));
      expect(await cli('cloudwatch', 'list-metrics', '--namespace', 'Mine')).toMatchObject({
        Metrics: [{ Namespace: 'Mine', MetricName: 'Calls', Dimensions: [] }],
      });
      const MetricStat = { Metric: { Namespace: 'Mine', MetricName: 'Calls' }, Period: 60, Stat: 'Sum' };
      const query = ['--metric-data-queries', JSON.stringify([{ Id: 'a', MetricStat }])];
      const range = ['--start-time', at(startsAt - minute), '--end-time', at(startsAt + minute)];
      expect(await cli('cloudwatch', 'get-metric-data', ...query, ...range)).toMatchObject({
        MetricDataResults: [{ Id: 'a', Values: [3], StatusCode: 'Complete' }],
      });
    });

    it('events and sqs: a rule delivers an event to a queue, where it is received and deleted', async () => {
      const { aws, cli } = await cliOf();
      const created = await cli('sqs', 'create-queue', '--queue-name', 'mine');
      const QueueUrl = `${aws.server.url}/111122223333/mine`;
      expect(created).toEqual({ QueueUrl });
      await cli('events', 'put-rule', '--name', 'all', '--event-pattern', '{"source":["mine"]}');
      const arn = 'arn:aws:sqs:us-east-1:111122223333:mine';
      expect(await cli('events', 'put-targets', '--rule', 'all', '--targets', `Id=q,Arn=${arn}`)).toMatchObject({
        FailedEntryCount: 0,
      });
      const entries = JSON.stringify([{ Source: 'mine', DetailType: 'greeting', Detail: '{"text":"hello"}' }]);
      expect(await cli('events', 'put-events', '--entries', entries)).toMatchObject({ FailedEntryCount: 0 });
      const received = await cli('sqs', 'receive-message', '--queue-url', QueueUrl);
      const [message] = (received as { Messages: { Body: string; ReceiptHandle: string }[] }).Messages;
      expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'mine', detail: { text: 'hello' } });
      const handle = ['--receipt-handle', message?.ReceiptHandle ?? ''];
      expect(await cli('sqs', 'delete-message', '--queue-url', QueueUrl, ...handle)).toBeNull();
      expect(aws.account.queues.depths()).toEqual([{ region: 'us-east-1', name: 'mine', messages: 0 }]);
      await expect(cli('sqs', 'get-queue-url', '--queue-name', 'none')).rejects.toThrow('NonExistentQueue');
    });

    it('ssm keeps a parameter, and logs names a log group that does not exist', async () => {
      const { cli } = await cliOf();
      const parameter = ['--name', '/a/b', '--value', 'c', '--type', 'String'];
      expect(await cli('ssm', 'put-parameter', ...parameter)).toMatchObject({ Version: 1 });
      expect(await cli('ssm', 'get-parameters-by-path', '--path', '/a')).toMatchObject({
        Parameters: [{ Name: '/a/b', Value: 'c' }],
      });
      await expect(cli('logs', 'filter-log-events', '--log-group-name', 'none')).rejects.toThrow(
        'ResourceNotFoundException',
      );
    });
  });
}
