import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { UndeError } from '../../common/error/unde-error.ts';
import { GuardedHttpAgent, GuardedHttpsAgent } from '../call/guarded-agent.ts';

/** Where an object storage is, and who asks. */
export interface ObjectsOptions {
  /** `https://hel1.your-objectstorage.com` */
  readonly endpoint: string;
  readonly bucket: string;
  /** `ACCESS:SECRET`, as the credential holds it. */
  readonly key: string;
  /** Requests at a time. */
  readonly connections: number;
  /** How long one request may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** There is no such object; nothing is wrong with the storage. */
export class NoSuchObject extends Error {
  constructor(key: string) {
    super(`there is no object ${key}`);
    this.name = 'NoSuchObject';
  }
}

/** The storage will not hand this object out: it is archived, or absent where the key may not list the bucket. */
export class ObjectRefused extends Error {
  constructor(key: string, reason: string) {
    super(`the storage refuses ${key}: ${reason}`);
    this.name = 'ObjectRefused';
  }
}

/** An object is larger than what the caller takes. */
export class ObjectTooLarge extends Error {
  constructor(key: string, most: number) {
    super(`${key} is larger than ${most} bytes`);
    this.name = 'ObjectTooLarge';
  }
}

/** One bucket of an S3-compatible object storage. */
export class Objects {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #deadlineMs: number;

  /** @throws UndeError BAD_OBJECT_KEY */
  constructor(options: ObjectsOptions) {
    const [, accessKeyId, secretAccessKey] = /^([^:\s]+):(\S+)$/.exec(options.key) ?? [];
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw new UndeError({
        code: 'BAD_OBJECT_KEY',
        message: 'the key of the object storage is not ACCESS:SECRET',
        exit: 'config',
        hint: 'unde secrets set takes both, with a colon between them',
      });
    }
    this.#bucket = options.bucket;
    this.#deadlineMs = options.deadlineMs;
    this.#client = new S3Client({
      endpoint: options.endpoint,
      region: 'auto',
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: 3000,
        requestTimeout: options.deadlineMs,
        httpAgent: new GuardedHttpAgent({ maxSockets: options.connections, keepAlive: true }),
        httpsAgent: new GuardedHttpsAgent({ maxSockets: options.connections, keepAlive: true }),
      },
    });
  }

  /**
   * An object's bytes.
   *
   * @param most The largest that is taken.
   * @throws NoSuchObject, ObjectRefused, ObjectTooLarge
   */
  async bytes(key: string, most: number, signal?: AbortSignal): Promise<Buffer> {
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    const abortSignal = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    const answer = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal })
      .catch((error: unknown) => {
        if (isMissing(error)) throw new NoSuchObject(key);
        throw isRefused(error) ? new ObjectRefused(key, error.name) : error;
      });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.Body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new ObjectTooLarge(key, most);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** The keys that begin with a prefix, page by page, in the order of their bytes. */
  async *keys(prefix: string): AsyncGenerator<string> {
    let after: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: after }),
        { abortSignal: AbortSignal.timeout(this.#deadlineMs) },
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      after = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (after !== undefined);
  }

  /** Writes an object; one that is public anybody may read, as the catalogue's photos are. */
  async put(
    key: string,
    body: Buffer,
    contentType: string,
    access: 'private' | 'public' = 'private',
  ): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        ...(access === 'public' ? { ACL: 'public-read' } : {}),
      }),
      { abortSignal: AbortSignal.timeout(this.#deadlineMs) },
    );
  }

  /** Makes the bucket unless it is there; only labs need it. */
  async makeBucket(): Promise<void> {
    await this.#client
      .send(new CreateBucketCommand({ Bucket: this.#bucket }), {
        abortSignal: AbortSignal.timeout(this.#deadlineMs),
      })
      .catch((error: unknown) => {
        if (!(error instanceof S3ServiceException) || !error.name.startsWith('BucketAlready')) throw error;
      });
  }

  /** Closes the connections. */
  close(): void {
    this.#client.destroy();
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.name === 'NoSuchKey' || error.$metadata.httpStatusCode === 404)
  );
}

/** Whether it is about this object; a key that is wrong or revoked has other codes. */
function isRefused(error: unknown): error is S3ServiceException {
  return error instanceof S3ServiceException && ['AccessDenied', 'InvalidObjectState'].includes(error.name);
}
