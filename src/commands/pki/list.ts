import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import {
  CERTIFICATE_COLUMNS,
  certificateRow,
  listCertificates,
  type ListedCertificate,
} from '../../lib/operations/secrets/certificate-listing.ts';

export default class PkiList extends SecretsCommand {
  static override summary =
    'List the certificates: for whom, until when, and where; what ends first stands first.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions };

  async run(): Promise<{ certificates: ListedCertificate[] }> {
    const { flags } = await this.parse(PkiList);
    const { store, declared } = await this.openSecrets(flags);
    const certificates = listCertificates(declared, store, Date.now() / 1000);
    this.log(renderTable(CERTIFICATE_COLUMNS, certificates.map(certificateRow), { width: terminalWidth() }));
    return { certificates };
  }
}
