import type { DetectRequest, DetectResponse, TagRequest, TagResponse } from '../../contracts/gateway.ts';
import type { SearchRequest, SearchResponse } from '../../contracts/gateway.ts';
import type { FlagSnapshot } from '../../lib/runtime/flags/snapshot.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { Ximilar } from '../../lib/runtime/vendors/ximilar/client.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { flags } from './flags.ts';
import { garmentsOf, tagsOf, WHOLE_PHOTO } from './garments.ts';
import { attempt, Missing } from './missing.ts';
import type { Pictures } from './pictures.ts';
import { productKey } from '../../contracts/garment.ts';
import { search, type Sources } from './search.ts';

/** An answer, and what it had to do without. */
export interface Answered<T> {
  readonly answer: Omit<T, 'degraded' | 'ms'>;
  readonly missing: readonly Missing[];
}

/** What the gateway is made of. */
export interface GatewayParts {
  readonly pictures: Pictures;
  readonly ximilar: Pick<Ximilar, 'detect' | 'tags'>;
  readonly sources: Sources;
  readonly flags: { current(): FlagSnapshot<typeof flags> };
}

/** The three questions that recognition asks. Each answers as long as anybody does. */
export class Gateway {
  readonly #parts: GatewayParts;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /**
   * The garments in a photo.
   *
   * @throws FetchError, ImageError
   */
  async detect({ image_url }: DetectRequest, deadline: Deadline): Promise<Answered<DetectResponse>> {
    const { pictures, ximilar } = this.#parts;
    const photo = await pictures.forXimilar({ imageUrl: image_url }, deadline.signal);
    const objects = await attempt('ximilar', deadline, () => ximilar.detect(photo.jpeg, deadline));
    if (objects instanceof Missing) return { answer: { garments: WHOLE_PHOTO }, missing: [objects] };
    return { answer: { garments: garmentsOf(objects, photo) }, missing: [] };
  }

  /**
   * What a garment is.
   *
   * @throws FetchError, ImageError
   */
  async tag({ image_url, box }: TagRequest, deadline: Deadline): Promise<Answered<TagResponse>> {
    const { pictures, ximilar } = this.#parts;
    const { jpeg } = await pictures.forXimilar({ imageUrl: image_url, box }, deadline.signal);
    const tags = await attempt('ximilar', deadline, () => ximilar.tags(jpeg, deadline));
    if (tags instanceof Missing) return { answer: { tags: null }, missing: [tags] };
    return { answer: { tags: tagsOf(tags) }, missing: [] };
  }

  /**
   * Products that look like a garment.
   *
   * @throws FetchError, ImageError, HttpError
   */
  async search(
    request: SearchRequest & { readonly limit: number },
    deadline: Deadline,
  ): Promise<Answered<SearchResponse>> {
    const { pictures, sources, flags } = this.#parts;
    const garment = { imageUrl: request.image_url, box: request.box };
    const seen = readCursor(request, request.after);
    await pictures.fetch(garment, deadline.signal);
    const question = {
      limit: request.limit,
      seen: new Set(seen),
      brands: request.brands,
      category: request.category,
    };
    const plan = { flags: flags.current(), source: request.source };
    const { more, missing, ...answer } = await search(sources, garment, question, plan, deadline);
    const shown = [...seen, ...answer.candidates.map(productKey)];
    return { answer: { ...answer, next: more ? writeCursor(request, shown) : null }, missing };
  }
}
