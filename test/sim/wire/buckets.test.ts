/** S3 of the local AWS, with AWS's own client. */
import { request } from 'node:http';
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { bucketsSchema } from '../../../sim/account/buckets.ts';
import { parsePolicyDocument } from '../../../sim/wire/iam/policy.ts';
import { Permissions } from '../../../sim/wire/iam/permissions.ts';
import { accessKeyIdOf } from '../../../sim/lambda/credentials.ts';
import { localAws } from './harness.ts';

const page = { Bucket: 'reports-of-ours', Key: 'reports/a line/1 + 1.html' };

async function bucket(region = 'us-east-1', more: S3ClientConfig = {}, options: Parameters<typeof localAws>[0] = {}) {
  const aws = await localAws(options);
  aws.account.buckets.create(region, 'reports-of-ours');
  const s3 = aws.kept(new S3Client({ ...aws.config('us-east-1'), ...more }));
  const put = (input: object = {}) =>
    s3.send(new PutObjectCommand({ ...page, Body: 'é', ContentType: 'text/html', ...input }));
  const get = async (input: object = {}) => {
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ ...page, ...input }));
    return { text: await Body?.transformToString(), ContentType };
  };
  return { ...aws, put, get };
}

describe('An object', () => {
  it('is read as it was put, under a key of any characters', async () => {
    const { put, get, account } = await bucket();
    await put();
    expect(await get()).toEqual({ text: 'é', ContentType: 'text/html' });
    expect(account.buckets.keys('reports-of-ours')).toEqual(['reports/a line/1 + 1.html']);
  });

  it('replaces the one that had its key', async () => {
    const { put, get, account } = await bucket();
    await put({ Body: 'first' });
    await put({ Body: 'second' });
    expect(await get()).toMatchObject({ text: 'second' });
    expect(account.buckets.keys('reports-of-ours')).toHaveLength(1);
  });

  it('is kept with the account', async () => {
    const { put, get, account } = await bucket();
    await put();
    account.buckets.restore(bucketsSchema.parse(JSON.parse(JSON.stringify(account.buckets.kept()))));
    expect(await get()).toMatchObject({ text: 'é' });
  });

  it('is found by a request that names its bucket in the host', async () => {
    const { put, server } = await bucket();
    await put();
    const { port } = new URL(server.url);
    const authorization = 'AWS4-HMAC-SHA256 Credential=any/20261121/us-east-1/s3/aws4_request';
    const answers = await Promise.all(
      ['/reports/a%20line/1%20%2B%201.html', '/reports/none.html'].map((path) =>
        answerTo({ port, path, headers: { host: `reports-of-ours.localhost:${port}`, authorization } }),
      ),
    );
    expect(answers).toEqual([200, 404]);
  });
});

async function answerTo(options: { port: string; path: string; headers: Record<string, string> }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', ...options }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('A request that S3 refuses', () => {
  it.each([
    ['to a bucket that is not there', { Bucket: 'nobodys-bucket' }, 'NoSuchBucket', 404],
    ['with a key that is too long', { Key: 'k'.repeat(1025) }, 'KeyTooLongError', 400],
    ['with an encoded body', { ContentEncoding: 'br' }, 'InvalidRequest', 400],
  ])('%s', async (_what, input, name, httpStatusCode) => {
    const { put } = await bucket();
    await expect(put(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('for a key that is not there', async () => {
    const { get } = await bucket();
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });

  it('at the endpoint of another Region, whose name a client may follow', async () => {
    const strict = await bucket('eu-west-1');
    await expect(strict.put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 301 } });
    const following = await bucket('eu-west-1', { followRegionRedirects: true });
    await following.put();
    expect(await following.get()).toMatchObject({ text: 'é' });
  });

  it('because the role of its function allows no such key, and takes one that it allows', async () => {
    const statements = parsePolicyDocument({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: 'arn:aws:s3:::reports-of-ours/reports/a line/*',
          Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } },
        },
      ],
    });
    const permissions = new Permissions([{ functionName: 'report', role: 'ReportRole', statements }]);
    const { put, get } = await bucket('us-east-1', {}, { permissions, accessKeyId: accessKeyIdOf('report') });
    await put();
    const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
    await expect(put({ Key: 'reports/another line/1.html' })).rejects.toMatchObject(denied);
    await expect(get()).rejects.toMatchObject(denied);
  });
});
