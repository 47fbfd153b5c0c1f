import { confirmOptions, fleetOptions, selectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { UndeError } from '../lib/common/error/unde-error.ts';
import { askHosts, sameScript } from '../lib/fleet/ask/ask-hosts.ts';
import { presentHosts } from '../lib/fleet/present.ts';
import type { Host } from '../lib/inventory/inventory.ts';
import { quote } from '../lib/common/shell/quote.ts';

export default class Exec extends FleetCommand {
  static override changes = true;
  static override summary = 'Run one command on hosts, side by side.';
  static override description =
    'What stands behind -- is run by bash on each host, with root’s rights. Output of several hosts is printed line by line behind the host’s name. The exit code is 0 only when it was 0 everywhere.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab -- uptime',
    `<%= config.bin %> <%= command.id %> @local --context lab -- 'df -h / | tail -1'`,
  ];
  static override strict = false;
  static override args = selectorArgument('hosts');
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ hosts: { host: string; code: number | null; stdout: string; stderr: string }[] }> {
    const { args, argv, flags } = await this.parse(Exec);
    const words = (argv as string[]).slice(1);
    if (words.length === 0) {
      throw new UndeError({
        code: 'NO_COMMAND',
        message: 'there is nothing to run',
        exit: 'usage',
        hint: `unde exec ${args.selector} -- uptime`,
      });
    }
    const fleet = await this.openFleet(flags);
    const hosts = presentHosts(fleet, args.selector);
    // One word is a shell command as it stands; several are one command's arguments, quoted as they were given.
    const command = words.length === 1 ? (words[0] ?? '') : words.map(quote).join(' ');
    await this.askBefore(
      fleet.context,
      `Run on ${hosts.map((host) => host.name).join(', ')}: ${command}`,
      flags.yes,
    );
    const lines = new Map<Host, string[]>(hosts.map((host) => [host, []]));
    const answers = await askHosts(fleet, sameScript(hosts, command), {
      signal: interruptSignal(),
      onLine: (host, line) => {
        if (this.jsonEnabled()) lines.get(host)?.push(`${line}\n`);
        else process.stdout.write(hosts.length > 1 ? `${host.name}  ${line}\n` : `${line}\n`);
      },
    });
    this.reportAnswers(answers);
    return {
      hosts: [...answers].map(([host, answer]) => ({
        host: host.name,
        code: answer.code ?? null,
        stdout: lines.get(host)?.join('') ?? '',
        stderr: answer.error === undefined ? answer.stderr : '',
      })),
    };
  }
}
