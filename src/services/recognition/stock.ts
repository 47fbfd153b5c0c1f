import type { Pool } from 'pg';
import { messageOf } from '../../lib/common/error/unde-error.ts';
import { StockUnknown, type Availability, type Product } from './ports.ts';
import { productKey } from '../../contracts/garment.ts';

/** How long an answer to whether there are observations at all is believed, in milliseconds. */
const FRESHNESS_MS = 30_000;

/** A day's partitions are named by the window, so that a question looks at as few of them as it must. */
const IN_STOCK = `
SELECT DISTINCT a.brand, a.sku
FROM unnest($1::text[], $2::text[]) AS asked (brand, sku)
JOIN raw_availability a USING (brand, sku)
WHERE a.in_stock AND a.seen_at >= now() - make_interval(secs => $3)`;

const ANY_SEEN =
  'SELECT EXISTS (SELECT FROM raw_availability WHERE seen_at >= now() - make_interval(secs => $1)) AS seen';

/** What the Staging DB saw in stock. */
export class Stock implements Availability {
  readonly #pool: Pick<Pool, 'query'>;
  #fresh: { readonly windowMs: number; readonly until: number } | undefined;

  constructor(pool: Pick<Pool, 'query'>) {
    this.#pool = pool;
  }

  async inStock(products: readonly Product[], windowMs: number): Promise<ReadonlySet<string>> {
    const seconds = windowMs / 1000;
    try {
      const brands = products.map(({ brand }) => brand);
      const skus = products.map(({ sku }) => sku);
      const { rows } = await this.#pool.query<Product>(IN_STOCK, [brands, skus, seconds]);
      // Something was found: then there are observations, and nobody has to be asked.
      if (rows.length === 0) await this.#assertFresh(windowMs);
      return new Set(rows.map(productKey));
    } catch (error) {
      if (error instanceof StockUnknown) throw error;
      throw new StockUnknown(`the Staging DB does not answer: ${messageOf(error)}`, error);
    }
  }

  /** Where the poll has stopped, an absent product says nothing about its stock. */
  async #assertFresh(windowMs: number): Promise<void> {
    const now = performance.now();
    if (this.#fresh?.windowMs === windowMs && now < this.#fresh.until) return;
    const { rows } = await this.#pool.query<{ seen: boolean }>(ANY_SEEN, [windowMs / 1000]);
    if (rows[0]?.seen !== true) {
      throw new StockUnknown(`nothing was observed within ${Math.round(windowMs / 3_600_000)} h`);
    }
    this.#fresh = { windowMs, until: now + FRESHNESS_MS };
  }
}
