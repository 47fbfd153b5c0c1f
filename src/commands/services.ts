import { inventoryFlag } from '../lib/cli/common-flags.ts';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../lib/common/text/table.ts';
import { loadInventory } from '../lib/inventory/load.ts';
import {
  listServices,
  SERVICE_COLUMNS,
  type ServiceEntry,
  serviceRow,
} from '../lib/operations/inventory/service-listing.ts';
import { allManifests, manifestNames } from '../registry.ts';

export default class Services extends BaseCommand {
  static override summary = 'List the services: what each is for, its port, where it is placed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ services: ServiceEntry[] }> {
    const { flags } = await this.parse(Services);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const services = listServices(inventory, await allManifests());
    const rows = services.map((service) => serviceRow(service, inventory.hosts.length));
    this.log(renderTable(SERVICE_COLUMNS, rows, { width: terminalWidth() }));
    return { services };
  }
}
