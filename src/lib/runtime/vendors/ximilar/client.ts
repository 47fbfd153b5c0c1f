import { setTimeout as sleep } from 'node:timers/promises';
import { Remote, type RemoteBreaker } from '../../call/remote.ts';
import { RemoteError } from '../../call/remote-error.ts';
import { faultOfStatus } from '../../call/remote-status.ts';
import type { Deadline } from '../../call/deadline.ts';
import { OutOfTokens, TokenBucket } from '../../call/token-bucket.ts';
import { collectionRecord, filterQuery, RECORD_FIELDS } from './collection.ts';
import type { CollectionFilter, CollectionRecord } from './collection.ts';
import { detectAnswer, searchAnswer, tagsAnswer } from './wire.ts';
import type { XimilarObject, XimilarStatus, XimilarTags } from './wire.ts';

/** What Ximilar is asked with. */
export interface XimilarOptions {
  readonly baseUrl: string;
  readonly token: string;
  /** The collection that products are searched in. */
  readonly collectionId: string;
  /** The search service that the collection is of, e.g. `similarity/fashion-new`. */
  readonly searchService: string;
  /** The customer's own detection task; empty is Ximilar's fashion detection. */
  readonly detectionTask: string;
  /** Requests a second that the plan allows, and how many at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** How long Ximilar may take for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly onBreaker?: RemoteBreaker['onChange'];
  /** Called whenever the rate limit is what kept a request from its answer: ours, or Ximilar's 429. */
  readonly onRateLimit?: (by: 'bucket' | 'vendor') => void;
  readonly breakerOpenMs?: number;
}

/** A photo of the collection that looks like the one that was asked with. */
export interface XimilarHit extends CollectionRecord {
  /** 0 is the same; Ximilar's own measure. */
  readonly distance: number;
}

/** The most that one answer may have, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
/** How long everybody waits after a 429 that does not say how long. */
const PAUSE_MS = 1000;
/** How long to wait before asking once more, where Ximilar failed at once. */
const RETRY_MS = 50;

/** Asks Ximilar, within its rate limit. Every call is a question, so one that failed at once is asked once more. */
export class Ximilar {
  readonly #options: XimilarOptions;
  readonly #remote: Remote;
  readonly #bucket: TokenBucket;

  constructor(options: XimilarOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options);
    this.#remote = new Remote({
      name: 'ximilar',
      baseUrl: options.baseUrl,
      headers: { authorization: `Token ${options.token}` },
      maxBytes: MAX_BYTES,
      breaker: {
        patienceMs: options.timeoutMs / 2,
        openMs: options.breakerOpenMs,
        onChange: options.onBreaker,
      },
    });
  }

  /**
   * The garments in a photo.
   *
   * @throws RemoteError
   */
  async detect(jpeg: Buffer, deadline: Deadline): Promise<readonly XimilarObject[]> {
    const task = this.#options.detectionTask;
    return this.#ask(task === '' ? '/tagging/fashion/v2/detect' : '/detection/v2/detect', deadline, {
      body: { records: [photo(jpeg)], ...(task === '' ? {} : { task }) },
      parse: (json) => {
        const answer = detectAnswer.parse(json);
        const record = answer.records[0] as (typeof answer.records)[number];
        assertWell(answer.status, record._status);
        return record._objects;
      },
    });
  }

  /**
   * What a garment is: its tags by group.
   *
   * @throws RemoteError
   */
  async tags(jpeg: Buffer, deadline: Deadline): Promise<XimilarTags> {
    return this.#ask('/tagging/fashion/v2/tags', deadline, {
      body: { records: [photo(jpeg)] },
      parse: (json) => {
        const answer = tagsAnswer.parse(json);
        const record = answer.records[0] as (typeof answer.records)[number];
        assertWell(answer.status, record._status);
        return record._tags;
      },
    });
  }

  /**
   * The photos of the collection that look most like one, the nearest first.
   *
   * @param count How many photos, at most.
   * @throws RemoteError
   */
  async search(
    jpeg: Buffer,
    count: number,
    filter: CollectionFilter,
    deadline: Deadline,
  ): Promise<readonly XimilarHit[]> {
    const query = filterQuery(filter);
    return this.#ask(`/${this.#options.searchService}/v2/visualKNN`, deadline, {
      headers: { 'collection-id': this.#options.collectionId },
      body: {
        query_record: photo(jpeg),
        k: count,
        fields_to_return: RECORD_FIELDS,
        filter: query,
      },
      parse: (json) => {
        const answer = searchAnswer.parse(json);
        assertWell(answer.status);
        return answer.answer_records.flatMap((record, index): XimilarHit[] => {
          const distance = answer.answer_distances[index];
          const known = collectionRecord.safeParse(record);
          // A record without a SKU is none of ours: somebody tried the collection out by hand.
          return distance === undefined || !known.success ? [] : [{ ...known.data, distance }];
        });
      },
    });
  }

  /** A call that could not have this much time is not worth waiting for, in milliseconds. */
  get #leastMs(): number {
    return this.#options.timeoutMs / 4;
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#remote.close();
  }

  async #ask<T>(
    path: string,
    deadline: Deadline,
    request: { headers?: Record<string, string>; body: object; parse: (json: unknown) => T },
  ): Promise<T> {
    const attempt = async () => {
      await this.#token(deadline);
      return this.#remote.post({ path, ...request, deadline: deadline.within(this.#options.timeoutMs) });
    };
    try {
      return await attempt().catch(async (error: unknown) => {
        if (!(error instanceof RemoteError) || error.fault !== 'unavailable') throw error;
        if (deadline.remaining < RETRY_MS + this.#leastMs) throw error;
        await sleep(RETRY_MS, undefined, { signal: deadline.signal }).catch(() => deadline.check());
        return attempt();
      });
    } catch (error) {
      if (
        error instanceof RemoteError &&
        error.fault === 'rate-limit' &&
        !(error.cause instanceof OutOfTokens)
      ) {
        this.#bucket.close(error.retryAfterMs ?? PAUSE_MS);
        this.#options.onRateLimit?.('vendor');
      }
      throw error;
    }
  }

  async #token({ remaining, signal }: Deadline): Promise<void> {
    try {
      await this.#bucket.take(Math.max(0, remaining - this.#leastMs), signal);
    } catch (cause) {
      if (!(cause instanceof OutOfTokens)) throw cause;
      this.#options.onRateLimit?.('bucket');
      const { retryAfterMs } = cause;
      throw new RemoteError('ximilar', 'rate-limit', cause.message, { retryAfterMs, cause });
    }
  }
}

/** A photo as a record. */
function photo(jpeg: Buffer): { _base64: string } {
  return { _base64: jpeg.toString('base64') };
}

/** Ximilar answers 200 for a request of which a record failed; each says for itself how it went. */
function assertWell(...all: readonly (XimilarStatus | undefined)[]): void {
  for (const each of all) {
    const fault = each === undefined ? undefined : faultOfStatus(each.code);
    if (fault !== undefined) {
      throw new RemoteError('ximilar', fault, `the record failed with ${each?.code}: ${each?.text}`);
    }
  }
}
