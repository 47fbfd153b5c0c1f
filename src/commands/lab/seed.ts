import { Flags } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';

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
    // Loaded here: no other command draws or stores anything.
    // oxlint-disable-next-line no-restricted-imports -- by import(), as the rule wants it
    const { seedLab } = await import('../../lib/operations/seed/seed-lab.ts');
    const { products, photos, stocked } = await seedLab(fleet, {
      ...flags,
      by: operatorName(),
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
