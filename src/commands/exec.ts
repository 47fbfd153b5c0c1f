import { confirmOptions, fleetOptions, selectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { prefixLines } from '../lib/cli/line-prefix.ts';
import { UndeError } from '../lib/common/error/unde-error.ts';
import { runOnHosts } from '../lib/fleet/ask/run.ts';
import { quote } from '../lib/common/shell/quote.ts';
import { presentHosts } from '../lib/fleet/present.ts';

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
    const stdout = new Map(hosts.map((host) => [host.name, '']));
    const results = await runOnHosts(fleet, hosts, {
      command: () => command,
      signal: interruptSignal(),
      onStdout: prefixLines(hosts, (host, line) => {
        stdout.set(host, `${stdout.get(host) ?? ''}${line}\n`);
        if (!this.jsonEnabled()) process.stdout.write(hosts.length > 1 ? `${host}  ${line}\n` : `${line}\n`);
      }),
    });
    this.reportRuns(results);
    return {
      hosts: results.map(({ host, code, stderr }) => ({
        host,
        code: code ?? null,
        stdout: stdout.get(host) ?? '',
        stderr,
      })),
    };
  }
}
