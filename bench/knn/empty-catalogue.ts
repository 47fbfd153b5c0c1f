import { must, type BenchFleet } from '../fleet.ts';

const SQL = `
  TRUNCATE sku_image_embeddings, photos, products, brands RESTART IDENTITY CASCADE;
  SELECT drop_embeddings_index();
  SELECT build_embeddings_index()`;

/** Empties the catalogue of Production DB and has its index as it is shipped, for whoever shares the lab. */
export async function emptyCatalogue(fleet: BenchFleet): Promise<void> {
  if (!fleet.isShared) return;
  must(await fleet.unde(['db', 'psql', 'production', '--write', '-c', SQL]));
}
