/** S3: the bucket that reports are written to. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ReportStorePort } from '../ports.ts';
import { limited } from './client.ts';

/** A report has some hundred kilobytes, and its bucket may be in another Region. */
const callLimitMs = 20_000;

/** May be repeated: the same key is written again. */
export class ReportStore implements ReportStorePort {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: { readonly client: S3Client; readonly bucket: string }) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(key: string, page: string, signal: AbortSignal): Promise<void> {
    const object = { Bucket: this.#bucket, Key: key, Body: page, ContentType: 'text/html; charset=utf-8' };
    await this.#client.send(new PutObjectCommand(object), limited(signal, callLimitMs));
  }
}
