import { Flags } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { hostCredentials } from '../../lib/operations/secrets/host-credentials.ts';
import {
  listSecrets,
  type ListedSecret,
  SECRET_COLUMNS,
  secretRow,
} from '../../lib/operations/secrets/listing.ts';

export default class SecretsList extends SecretsCommand {
  static override summary =
    'List the secrets: kind, version, age, who holds them, and which hosts hold old ones.';
  static override description =
    'No value is decrypted. Hosts are asked which versions they hold; with --no-hosts only the store is read.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --context production --no-hosts --json',
  ];
  static override flags = {
    ...fleetOptions,
    hosts: Flags.boolean({ description: 'ask the hosts what they hold', default: true, allowNo: true }),
  };

  async run(): Promise<{ secrets: ListedSecret[]; unreachable: string[] }> {
    const { flags } = await this.parse(SecretsList);
    const { fleet, store, declared } = await this.openSecrets(flags);
    const asked = flags.hosts ? await hostCredentials(fleet, interruptSignal()) : undefined;
    const secrets = listSecrets(declared, store, Date.now() / 1000, asked?.credentials);
    this.log(renderTable(SECRET_COLUMNS, secrets.map(secretRow), { width: terminalWidth() }));
    const unreachable = this.tellUnreachable(asked?.unreachable ?? []);
    this.endWith({ unreachable: unreachable.length > 0 });
    return { secrets, unreachable };
  }
}
