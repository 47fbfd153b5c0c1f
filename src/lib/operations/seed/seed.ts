import { createHash } from 'node:crypto';
import type { DatabaseSession } from '../db/session.ts';
import { drawGarment } from './drawing.ts';
import type { SyntheticProduct } from './product.ts';

/** The bucket with the catalogue's photos. */
export const CATALOGUE_BUCKET = 'unde-images';

/** Where a product's photo is in it. */
export function photoKey({ brand, sku }: Pick<SyntheticProduct, 'brand' | 'sku'>, view: number): string {
  return `originals/${brand}/${sku}/${view + 1}.jpg`;
}

/** What a lab is filled through. */
export interface SeedParts {
  readonly production: DatabaseSession;
  /** Absent in a lab without a Staging DB: then nobody knows what is in stock. */
  readonly staging: DatabaseSession | undefined;
  readonly put: (key: string, photo: Buffer) => Promise<void>;
  /** Makes a JPEG of a drawing. */
  readonly photograph: (svg: string) => Promise<Buffer>;
  readonly onProduct: (done: number, of: number) => void;
}

/** A photo as it was put into the storage. */
interface StoredPhoto {
  readonly brand: string;
  readonly sku: string;
  readonly position: number;
  readonly key: string;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
  readonly bytes: number;
}

const INSERT_PRODUCTS = `
WITH given AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[]) AS g (brand, sku, name, category, price)
), made AS (
  INSERT INTO brands (name, title) SELECT DISTINCT brand, initcap(brand) FROM given
  ON CONFLICT (name) DO UPDATE SET title = excluded.title RETURNING id, name
)
INSERT INTO products (brand_id, sku, name, category, price, currency)
SELECT made.id, g.sku, g.name, g.category, g.price, 'EUR' FROM given g JOIN made ON made.name = g.brand
ON CONFLICT (brand_id, sku) DO UPDATE SET name = excluded.name, category = excluded.category, price = excluded.price`;

const INSERT_PHOTOS = `
INSERT INTO photos (product_id, position, object_key, content_hash, bytes)
SELECT pr.id, g.position, g.key, decode(g.hash, 'hex'), g.bytes
FROM unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::bigint[])
  AS g (brand, sku, position, key, hash, bytes)
JOIN brands b ON b.name = g.brand JOIN products pr ON pr.brand_id = b.id AND pr.sku = g.sku
ON CONFLICT (object_key) DO UPDATE SET content_hash = excluded.content_hash, bytes = excluded.bytes`;

const INSERT_STOCK = `
INSERT INTO raw_availability (brand, sku, seen_at, in_stock, price)
SELECT brand, sku, date_trunc('hour', now()), in_stock, price
FROM unnest($1::text[], $2::text[], $3::boolean[], $4::numeric[]) AS g (brand, sku, in_stock, price)
ON CONFLICT (brand, sku, store, seen_at) DO UPDATE SET in_stock = excluded.in_stock`;

/** Every so manieth product is sold out. */
const SOLD_OUT = 7;

/**
 * Fills a lab with a catalogue: photos into the object storage, products and photos into Production DB, what is in
 * stock into Staging DB. Doing it again changes nothing but the time of the observations.
 *
 * @param views Photos of each product.
 * @returns How many photos there are now.
 */
export async function seedCatalogue(
  parts: SeedParts,
  products: readonly SyntheticProduct[],
  views: number,
): Promise<number> {
  await parts.production.rows(INSERT_PRODUCTS, [
    products.map(({ brand }) => brand),
    products.map(({ sku }) => sku),
    products.map(({ name }) => name),
    products.map(({ category }) => category),
    products.map(({ price }) => price),
  ]);
  const photos: StoredPhoto[] = [];
  for (const [index, product] of products.entries()) {
    photos.push(...(await photographed(parts, product, views)));
    parts.onProduct(index + 1, products.length);
  }
  await parts.production.rows(INSERT_PHOTOS, [
    photos.map(({ brand }) => brand),
    photos.map(({ sku }) => sku),
    photos.map(({ position }) => position),
    photos.map(({ key }) => key),
    photos.map(({ hash }) => hash),
    photos.map(({ bytes }) => bytes),
  ]);
  await parts.staging?.rows(INSERT_STOCK, [
    products.map(({ brand }) => brand),
    products.map(({ sku }) => sku),
    products.map((_, index) => index % SOLD_OUT !== SOLD_OUT - 1),
    products.map(({ price }) => price),
  ]);
  return photos.length;
}

async function photographed(
  { put, photograph }: SeedParts,
  product: SyntheticProduct,
  views: number,
): Promise<StoredPhoto[]> {
  const { brand, sku, look } = product;
  return Promise.all(
    Array.from({ length: views }, async (_, view): Promise<StoredPhoto> => {
      const photo = await photograph(drawGarment(look, view));
      const key = photoKey(product, view);
      await put(key, photo);
      const hash = createHash('sha256').update(photo).digest('hex');
      return { brand, sku, position: view + 1, key, hash, bytes: photo.length };
    }),
  );
}
