import { LRUCache } from 'lru-cache';
import { FormData } from 'undici';
import { embedResponse, type EmbedResponse } from '../../contracts/embed.ts';
import type { Remote } from '../../lib/runtime/call/remote.ts';
import { abortable } from '../../lib/runtime/call/abortable.ts';
import { Breaker, type BreakerState, type CallVerdict } from '../../lib/runtime/call/breaker.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import { AnotherModel, type Embeddings } from './embeddings.ts';
import type { CroppedGarment, Pictures } from './pictures.ts';
import type { FoundProduct } from './product.ts';
import type { Question, Source } from './source.ts';

/** What the source is made of. */
export interface PgvectorParts {
  readonly pictures: Pick<Pictures, 'forEmbedder'>;
  readonly embedder: Pick<Remote, 'post'>;
  /** How long the embedder may take, in milliseconds. */
  readonly embedTimeoutMs: number;
  readonly embeddings: Pick<Embeddings, 'search'>;
  /** Told how long each search took, in milliseconds, and what it found. */
  readonly onSearch: (ms: number, question: Question, found: FoundProduct) => void;
  readonly onBreaker?: (state: BreakerState) => void;
  readonly breakerOpenMs?: number;
}

/** How long a garment's vector is kept, in milliseconds: those who ask for more candidates do so within seconds. */
const KEPT_MS = 60_000;

/** A search that had this much time, in milliseconds, and no answer, speaks against the database. */
const PATIENCE_MS = 500;

/** Products by the embeddings of their photos. */
export class PgvectorSource implements Source {
  readonly #parts: PgvectorParts;
  readonly #vectors = new LRUCache<string, Pick<EmbedResponse, 'vector' | 'model'>>({
    max: 500,
    ttl: KEPT_MS,
  });

  readonly #breaker: Breaker;

  constructor(parts: PgvectorParts) {
    this.#parts = parts;
    this.#breaker = new Breaker({
      name: 'Production DB',
      verdict,
      openMs: parts.breakerOpenMs,
      onChange: parts.onBreaker,
    });
  }

  /** @throws RemoteError, FetchError, ImageError, AnotherModel, BreakerOpen, and what PostgreSQL throws */
  async search(garment: CroppedGarment, question: Question, deadline: Deadline): Promise<FoundProduct> {
    const { vector, model } = await this.#vector(garment, deadline);
    return this.#breaker.run(async () => {
      const began = performance.now();
      const given = deadline.remaining;
      try {
        const search = this.#parts.embeddings.search({ ...question, vector, model }, deadline);
        const found = await abortable(search, deadline.signal);
        this.#parts.onSearch(performance.now() - began, question, found);
        return found;
      } catch (error) {
        throw deadline.signal.aborted ? new Unanswered(given, deadline) : error;
      }
    });
  }

  async #vector(
    garment: CroppedGarment,
    deadline: Deadline,
  ): Promise<Pick<EmbedResponse, 'vector' | 'model'>> {
    const key = JSON.stringify([garment.imageUrl, garment.box]);
    const known = this.#vectors.get(key);
    if (known !== undefined) return known;
    const form = new FormData();
    const picture = await this.#parts.pictures.forEmbedder(garment, deadline.signal);
    form.set('image', new Blob([new Uint8Array(picture)]), 'garment');
    const { vector, model } = await this.#parts.embedder.post({
      path: '/embed',
      body: form,
      deadline: deadline.within(this.#parts.embedTimeoutMs),
      parse: (json) => embedResponse.parse(json),
    });
    this.#vectors.set(key, { vector, model });
    return { vector, model };
  }
}

/** The time was over, or the client gone, before PostgreSQL answered. */
class Unanswered extends Error {
  /** Whether it had time enough. */
  readonly patient: boolean;

  constructor(given: number, deadline: Deadline) {
    super(`PostgreSQL did not answer within ${Math.round(given)} ms`, { cause: deadline.signal.reason });
    this.name = 'Unanswered';
    this.patient = deadline.passed && given >= PATIENCE_MS;
  }
}

/** What the outcome of a search says of the database. */
function verdict(error: unknown): CallVerdict {
  if (error instanceof AnotherModel) return 'alive';
  return error instanceof Unanswered && !error.patient ? 'nothing' : 'failed';
}
