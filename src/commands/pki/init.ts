import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { type CertificateFacts, certificateFacts } from '../../lib/secrets/x509/pair.ts';
import { AUTHORITY } from '../../lib/secrets/entry.ts';
import { makeAuthority } from '../../lib/secrets/make.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';

export default class PkiInit extends FleetCommand {
  static override changes = true;
  static override summary = "Make the fleet's own certificate authority, valid for ten years.";
  static override description =
    'Its key is the secret `authority`, encrypted to every operator like the others. Without this command it is made together with the first certificate.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<CertificateFacts> {
    const { flags } = await this.parse(PkiInit);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    if (store.entry(AUTHORITY) !== undefined) throw authorityExists();
    await this.askBefore(fleet.context, 'Make the authority that every host will trust.', flags.yes);
    // Somebody else may have made one since.
    await store.change(operatorName(), async (draft) => {
      if (draft.entry(AUTHORITY) !== undefined) throw authorityExists();
      await makeAuthority(draft);
    });
    const facts = certificateFacts(store.authority() ?? '');
    this.log(`${chalk.green('✔')} ${facts.subject}, valid until ${isoDate(facts.notAfter)}`);
    this.log(`  SHA-256 ${facts.fingerprint}`);
    return facts;
  }
}

function authorityExists(): UndeError {
  return new UndeError({
    code: 'AUTHORITY_EXISTS',
    message: 'there is an authority, and every host trusts it',
    exit: 'refused',
    hint: 'unde pki show authority',
  });
}

function isoDate(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10);
}
