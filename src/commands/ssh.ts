import { Args } from '@oclif/core';
import { execa } from 'execa';
import { fleetOptions } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { EXIT } from '../lib/common/error/exit.ts';
import { UndeError } from '../lib/common/error/unde-error.ts';
import { selectHosts } from '../lib/inventory/selector.ts';
import { opensshCommand } from '../lib/fleet/ssh/openssh.ts';

export default class Ssh extends FleetCommand {
  static override summary = 'Open a shell on one host, or run one command there at a terminal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> local-app -- systemctl status',
  ];
  static override strict = false;
  static override args = { host: Args.string({ required: true, description: 'a host of the inventory' }) };
  static override flags = fleetOptions;

  async run(): Promise<{ code: number }> {
    const { args, argv, flags } = await this.parse(Ssh);
    const fleet = await this.openFleet(flags);
    const { hosts } = selectHosts(fleet.inventory, args.host);
    const [host] = hosts;
    if (host === undefined || hosts.length > 1) {
      throw new UndeError({
        code: 'NOT_ONE_HOST',
        message: `"${args.host}" selects ${hosts.length} hosts, and a shell runs on one`,
        exit: 'usage',
        hint: `one of: ${hosts.map(({ name }) => name).join(', ')}`,
      });
    }
    const [file = 'ssh', ...rest] = opensshCommand(fleet.target(host), (argv as string[]).slice(1));
    const result = await execa(file, rest, { stdio: 'inherit', reject: false });
    const code = result.exitCode ?? EXIT.internal;
    // OpenSSH ends with 255 when it could not connect; any other code is the command's own.
    if (code === 255) this.endWith('unreachable');
    else process.exitCode = code;
    return { code };
  }
}
