import { Flags } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { photograph } from '../../lib/operations/seed/photograph.ts';
import { syntheticCatalogue } from '../../lib/operations/seed/product.ts';
import { CATALOGUE_BUCKET, seedCatalogue } from '../../lib/operations/seed/seed.ts';
import { administer } from '../../lib/operations/db/administration.ts';
import { hasDatabase } from '../../lib/operations/db/database-host.ts';
import type { DatabaseSession } from '../../lib/operations/db/session.ts';

/** The stand-in for the object storage takes any key. */
const LAB_KEY = 'lab:lab';

export default class LabSeed extends FleetCommand {
  static override summary = 'Fill a lab with a made-up catalogue: photos, products, stock.';
  static override description =
    'The same numbers give the same catalogue, and every product looks different, so that retrieval has a right answer. Needs production-db with its migrations, and a lab with --with objects.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --brands 3 --products 20 --photos 5 --context lab',
  ];
  static override flags = {
    ...fleetOptions,
    brands: Flags.integer({ description: 'how many brands', default: 3, min: 1, max: 6 }),
    products: Flags.integer({ description: 'how many products each has', default: 10, min: 1, max: 5000 }),
    photos: Flags.integer({ description: 'how many photos each product has', default: 5, min: 1, max: 5 }),
  };

  async run(): Promise<{ products: number; photos: number }> {
    const { flags } = await this.parse(LabSeed);
    const fleet = await this.openFleet(flags);
    const endpoint = storageOf(fleet);
    const catalogue = syntheticCatalogue(flags.brands, flags.products);
    // Loaded here: no other command stores anything.
    const { Objects } = await import('../../lib/runtime/stores/objects.ts');
    const objects = new Objects({
      endpoint,
      bucket: CATALOGUE_BUCKET,
      key: LAB_KEY,
      connections: 4,
      deadlineMs: 20_000,
    });
    const name = `unde lab seed by ${operatorName()}`;
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
              onProduct: (done, of) => this.#progress(`products ${done}/${of}`),
            },
            catalogue,
            flags.photos,
          );
        const stocked = hasDatabase(fleet, 'staging');
        const photos = stocked
          ? await administer(fleet, 'staging', name, async ({ session }) => fill(await session()))
          : await fill();
        this.#progress('');
        const note = stocked ? '' : '; this lab has no Staging DB, so nobody knows what is in stock';
        this.log(`${catalogue.length} products of ${flags.brands} brand(s), ${photos} photos${note}`);
        return { products: catalogue.length, photos };
      });
    } finally {
      objects.close();
    }
  }

  #progress(text: string): void {
    if (process.stderr.isTTY && !this.jsonEnabled()) process.stderr.write(`\r\x1b[K${text}`);
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
