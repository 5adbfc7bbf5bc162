/** The calls that `vcf history --report` and the console of an account show. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readMinutes } from '../../cli/call-minutes.ts';
import { minute, startAws } from '../wire-support/account.ts';
import { publishCalls } from '../wire-support/account-fixtures.ts';

const deployment = { kind: 'stack', stage: 'prod', region: 'us-east-1' } as const;
const east = { voiceConnectorId: 'vc-east', region: 'us-east-1' };

async function account() {
  const aws = await startAws();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  onTestFinished(() => void vi.unstubAllEnvs());
  return aws;
}

/** A repository with the settings of the stage, and this policy. */
function repositoryWith(policy: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'repository-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, 'config'));
  writeFileSync(
    join(folder, 'config/prod.yml'),
    'regions: [us-west-2]\ncontrolRegions: [us-east-1]\npolicy: policy.yml\nalerts: { page: [], ticket: [] }\n',
  );
  writeFileSync(join(folder, 'policy.yml'), policy);
  return folder;
}

async function callsOffered(aws: Awaited<ReturnType<typeof account>>, repository?: string): Promise<readonly number[]> {
  const until = Math.floor(aws.clock.now() / minute) * minute;
  const minutes = await readMinutes(deployment, [east], until - 2 * minute, until, repository);
  return minutes.map((each) => each.callsOffered);
}

describe('The calls of a stage', () => {
  it('are read as AWS publishes them where the repository has no settings of the stage', async () => {
    const aws = await account();
    publishCalls(aws, { ...east });
    expect(await callsOffered(aws)).toEqual([24, 24]);
  });

  it('are read with the dimensions and in the Region that the policy of the stage names', async () => {
    const aws = await account();
    const dimensions = { VoiceConnectorId: 'vc-east', Region: 'us-east-1' };
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-west-2', dimensions });
    const repository = repositoryWith(
      'version: 1\nmetricDimensions: [VoiceConnectorId, Region]\nmetricsRegions: { vc-east: us-west-2 }\n',
    );
    expect(await callsOffered(aws, repository)).toEqual([24, 24]);
    expect(await callsOffered(aws)).toEqual([0, 0]);
  });

  it('are no zeros where CloudWatch refuses the request', async () => {
    const aws = await account();
    publishCalls(aws, { ...east });
    const effect = { kind: 'error', status: 403, code: 'AccessDeniedException', message: 'not you' } as const;
    aws.misbehave({ operation: 'GetMetricData', effect });
    await expect(callsOffered(aws)).rejects.toThrow('vc-east: AccessDeniedException: not you (HTTP 403)');
  });
});
