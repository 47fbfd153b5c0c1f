import type { Fleet } from '../../fleet/fleet.ts';
import { Objects } from '../../runtime/stores/objects.ts';
import { administer } from '../db/administration.ts';
import { hasDatabase } from '../db/database-host.ts';
import type { DatabaseSession } from '../db/session.ts';
import { photograph } from './photograph.ts';
import { syntheticCatalogue } from './product.ts';
import { CATALOGUE_BUCKET, seedCatalogue } from './seed.ts';

/** The stand-in for the object storage takes any key. */
const LAB_KEY = 'lab:lab';

/** How large the made-up catalogue is. */
export interface CatalogueSize {
  readonly brands: number;
  /** Products of each brand. */
  readonly products: number;
  /** Photos of each product. */
  readonly photos: number;
}

/** Where a lab's catalogue goes, and who fills it. */
export interface FillOptions {
  /** The object storage of the lab, such as `http://198.18.0.9:9000`. */
  readonly endpoint: string;
  /** What the databases' sessions are called. */
  readonly name: string;
  readonly onProduct: (done: number, of: number) => void;
}

/** What a lab was filled with. */
export interface FilledCatalogue {
  readonly products: number;
  readonly photos: number;
  /** Whether the lab has a Staging DB, which knows what is in stock. */
  readonly stocked: boolean;
}

/** Fills the databases and the object storage of a lab with a made-up catalogue. */
export async function fillLab(
  fleet: Fleet,
  size: CatalogueSize,
  options: FillOptions,
): Promise<FilledCatalogue> {
  const catalogue = syntheticCatalogue(size.brands, size.products);
  const stocked = hasDatabase(fleet, 'staging');
  const objects = new Objects({
    endpoint: options.endpoint,
    bucket: CATALOGUE_BUCKET,
    key: LAB_KEY,
    connections: 4,
    deadlineMs: 20_000,
  });
  try {
    await objects.makeBucket();
    return await administer(fleet, 'production', options.name, async (production) => {
      const fill = async (staging?: DatabaseSession) =>
        seedCatalogue(
          {
            production: await production.session(),
            staging,
            put: (key, photo) => objects.put(key, photo, 'image/jpeg', 'public'),
            photograph,
            onProduct: options.onProduct,
          },
          catalogue,
          size.photos,
        );
      const photos = stocked
        ? await administer(fleet, 'staging', options.name, async ({ session }) => fill(await session()))
        : await fill();
      return { products: catalogue.length, photos, stocked };
    });
  } finally {
    objects.close();
  }
}
