import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from './errors.ts';

export type StoredObject = {
  readonly body: Buffer;
  readonly contentType: string;
  /** As S3 has it of an object that was put whole: the MD5 of the body. */
  readonly etag: string;
};

export const bucketsSchema = z.array(
  z.object({
    name: z.string(),
    region: z.string(),
    objects: z.array(z.object({ key: z.string(), body: z.base64(), contentType: z.string() })),
  }),
);

type Bucket = { readonly region: string; readonly objects: Map<string, StoredObject> };

/** S3 answers so to a request that its client sent to another Region than the bucket's. */
export class WrongRegionError extends AwsError {
  readonly bucketRegion: string;

  constructor(bucketRegion: string) {
    super({
      code: 'PermanentRedirect',
      httpStatus: 301,
      message: 'The bucket you are attempting to access must be addressed using the specified endpoint.',
    });
    this.bucketRegion = bucketRegion;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, in bytes of UTF-8 */
const maxKeyBytes = 1024;

/** S3: buckets with whole objects, one version of each. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  kept(): z.output<typeof bucketsSchema> {
    return [...this.#buckets].map(([name, { region, objects }]) => ({
      name,
      region,
      objects: [...objects].map(([key, { body, contentType }]) => ({
        key,
        body: body.toString('base64'),
        contentType,
      })),
    }));
  }

  restore(buckets: z.output<typeof bucketsSchema>): void {
    this.#buckets.clear();
    for (const { name, region, objects } of buckets) {
      this.create(region, name);
      for (const { key, body, contentType } of objects) {
        this.put(region, { name, key, body: Buffer.from(body, 'base64'), contentType });
      }
    }
  }

  create(region: string, name: string): void {
    this.#buckets.set(name, { region, objects: new Map() });
  }

  /** Replaces what has that key. @throws NoSuchBucket, KeyTooLongError, PermanentRedirect */
  put(
    region: string,
    request: { readonly name: string; readonly key: string; readonly body: Buffer; readonly contentType: string },
  ): StoredObject {
    const { name, key, body, contentType } = request;
    const { objects } = this.#bucket(region, name);
    if (Buffer.byteLength(key) > maxKeyBytes) throw refusal('KeyTooLongError', 400, 'Your key is too long');
    const object = { body, contentType, etag: `"${createHash('md5').update(body).digest('hex')}"` };
    objects.set(key, object);
    return object;
  }

  /** @throws NoSuchBucket, NoSuchKey, PermanentRedirect */
  get(region: string, name: string, key: string): StoredObject {
    const object = this.#bucket(region, name).objects.get(key);
    if (object === undefined) throw refusal('NoSuchKey', 404, 'The specified key does not exist.');
    return object;
  }

  /** The keys of a bucket, in the order of S3. */
  keys(name: string): readonly string[] {
    return [...(this.#buckets.get(name)?.objects.keys() ?? [])].sort();
  }

  #bucket(region: string, name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw refusal('NoSuchBucket', 404, 'The specified bucket does not exist');
    if (bucket.region !== region) throw new WrongRegionError(bucket.region);
    return bucket;
  }
}

function refusal(code: string, httpStatus: number, message: string): AwsError {
  return new AwsError({ code, httpStatus, message });
}
