import { Flags } from '@oclif/core';
import { FleetCommand, fleetOptions, operatorName } from '../../lib/cli/fleet-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { manifestNames } from '../../registry.ts';

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
    const fleet = await this.openFleet(flags, manifestNames());
    this.showContext(fleet.context);
    const endpoint = storageOf(fleet);
    // Loaded here: no other command draws or stores anything.
    // oxlint-disable-next-line no-restricted-imports -- by import(), as the rule wants it
    const { fillLab } = await import('../../lib/operations/seed/fill.ts');
    const { products, photos, stocked } = await fillLab(fleet, flags, {
      endpoint,
      name: `unde lab seed by ${operatorName()}`,
      onProduct: (done, of) => this.#progress(`products ${done}/${of}`),
    });
    this.#progress('');
    const note = stocked ? '' : '; this lab has no Staging DB, so nobody knows what is in stock';
    this.log(`${products} products of ${flags.brands} brand(s), ${photos} photos${note}`);
    return { products, photos };
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
