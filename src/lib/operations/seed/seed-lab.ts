import { UndeError } from '../../common/error/unde-error.ts';
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

/** How large a made-up catalogue is. */
export interface SeedRequest {
  readonly brands: number;
  /** Of each brand. */
  readonly products: number;
  /** Of each product. */
  readonly photos: number;
  readonly by: string;
  readonly onProduct: (done: number, of: number) => void;
}

/** What a lab was filled with. */
export interface Seeded {
  readonly products: number;
  readonly photos: number;
  /** Whether the lab has a Staging DB, which knows what is in stock. */
  readonly stocked: boolean;
}

/**
 * Fills a lab's object storage and databases with a made-up catalogue.
 *
 * @throws UndeError NOT_A_LAB, NO_OBJECTS, and those of a database that does not answer
 */
export async function seedLab(fleet: Fleet, request: SeedRequest): Promise<Seeded> {
  const endpoint = storageOf(fleet);
  const catalogue = syntheticCatalogue(request.brands, request.products);
  const objects = new Objects({
    endpoint,
    bucket: CATALOGUE_BUCKET,
    key: LAB_KEY,
    connections: 4,
    deadlineMs: 20_000,
  });
  const name = `unde lab seed by ${request.by}`;
  try {
    await objects.makeBucket();
    return await administer(fleet, 'production', name, async (production) => {
      const fill = async (staging?: DatabaseSession) =>
        seedCatalogue(
          {
            production: await production.session(),
            staging,
            put: (key, photo) => objects.put(key, photo, 'image/jpeg', 'public'),
            photograph,
            onProduct: request.onProduct,
          },
          catalogue,
          request.photos,
        );
      const stocked = hasDatabase(fleet, 'staging');
      const photos = stocked
        ? await administer(fleet, 'staging', name, async ({ session }) => fill(await session()))
        : await fill();
      return { products: catalogue.length, photos, stocked };
    });
  } finally {
    objects.close();
  }
}

/** @throws UndeError NOT_A_LAB, NO_OBJECTS */
function storageOf(fleet: Fleet): string {
  if (fleet.context.name !== 'lab') {
    throw new UndeError({
      code: 'NOT_A_LAB',
      message: 'a made-up catalogue belongs into a lab only',
      exit: 'refused',
      hint: '--context lab',
    });
  }
  if (fleet.objectStorage !== undefined) return fleet.objectStorage;
  throw new UndeError({
    code: 'NO_OBJECTS',
    message: 'this lab has no object storage',
    exit: 'refused',
    hint: 'unde lab up … --with objects',
  });
}
