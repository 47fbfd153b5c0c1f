import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { Ximilar, XimilarHit } from '../../lib/runtime/vendors/ximilar/client.ts';
import type { CroppedGarment, Pictures } from './pictures.ts';
import { productKey } from '../../contracts/garment.ts';
import { foldPhotos, type FoundProduct, type Product } from './product.ts';
import type { Question, Source } from './source.ts';

/** The collection has two photos of a product. */
const PHOTOS_EACH = 2;
/** The most photos that one search asks for. */
const MOST_PHOTOS = 1000;

/** Products by Ximilar's search in our collection. */
export class XimilarSource implements Source {
  readonly #ximilar: Pick<Ximilar, 'search'>;
  readonly #pictures: Pick<Pictures, 'forXimilar'>;

  constructor(ximilar: Pick<Ximilar, 'search'>, pictures: Pick<Pictures, 'forXimilar'>) {
    this.#ximilar = ximilar;
    this.#pictures = pictures;
  }

  /** @throws RemoteError, FetchError, ImageError */
  async search(garment: CroppedGarment, question: Question, deadline: Deadline): Promise<FoundProduct> {
    const { limit, seen, brands, category } = question;
    const { jpeg } = await this.#pictures.forXimilar(garment, deadline.signal);
    const count = Math.min(MOST_PHOTOS, (limit + seen.size) * PHOTOS_EACH);
    const names = brands?.map((name) => name.toLowerCase());
    const hits = await this.#ximilar.search(jpeg, count, { brands: names, category }, deadline);
    const fresh = foldPhotos(hits.map(productOf)).filter((each) => !seen.has(productKey(each)));
    return { products: fresh.slice(0, limit), more: fresh.length > limit || hits.length === count };
  }
}

function productOf({ sku, brand, distance, _url, title, category }: XimilarHit): Product {
  return {
    sku,
    brand,
    similarity: 1 - distance,
    imageUrl: _url ?? null,
    title: title ?? null,
    category: category ?? null,
  };
}
