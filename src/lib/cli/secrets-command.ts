import chalk from 'chalk';
import type { Fleet } from '../fleet/fleet.ts';
import { declaredSecrets, type DeclaredSecret } from '../desired/secrets/declared.ts';
import type { FileStore } from '../secrets/file-store.ts';
import type { HostCredentials } from '../operations/secrets/host-credentials.ts';
import { openSecretStore } from '../secrets/open.ts';
import { FleetCommand, type FleetFlags } from './fleet-command.ts';

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

  protected async openSecrets(flags: FleetFlags): Promise<OpenSecrets> {
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    return { fleet, store, declared: await declaredSecrets(fleet, this.catalog, store) };
  }

  /** Says which hosts could not be asked, and answers their names. */
  protected tellUnreachable(unreachable: HostCredentials['unreachable']): string[] {
    for (const { host, error } of unreachable) {
      const named = error.message.includes(host) ? error.message : `${host}: ${error.message}`;
      this.log(`${chalk.red('?')} ${named}`);
      if (error.hint !== undefined) this.log(`  ${chalk.dim('next')}  ${error.hint}`);
    }
    return unreachable.map(({ host }) => host);
  }
}
