import type { Fleet } from '../fleet/fleet.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { declaredSecrets, type DeclaredSecret } from '../secrets/declared.ts';
import type { FileStore } from '../secrets/file-store.ts';
import { openSecretStore } from '../secrets/open.ts';
import { FleetCommand } from './fleet-command.ts';

/** What commands on secrets look at. */
export interface OpenSecrets {
  readonly fleet: Fleet;
  readonly store: FileStore;
  /** What the manifests of all services on the fleet's hosts declare. */
  readonly declared: readonly DeclaredSecret[];
}

/** A command on the secrets of one context. */
export abstract class SecretsCommand extends FleetCommand {
  // oclif looks for this no further than the nearest class with static members of its own.
  static override enableJsonFlag = true;

  protected async openSecrets(
    flags: { context?: string; inventory?: string },
    catalog: Catalog,
  ): Promise<OpenSecrets> {
    const fleet = await this.openFleet(flags, catalog.names());
    this.showContext(fleet.context);
    const store = await openSecretStore(fleet);
    return { fleet, store, declared: await declaredSecrets(fleet, catalog, store) };
  }
}
