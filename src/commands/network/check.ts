import { Flags } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { didYouMean } from '../../lib/common/text/did-you-mean.ts';
import { attemptsOf } from '../../lib/operations/network/attempt.ts';
import { checkPaths } from '../../lib/operations/network/check-paths.ts';
import { fleetScope } from '../../lib/desired/scope/fleet-scope.ts';
import { countPaths, PATH_COLUMNS, pathRow } from '../../lib/operations/network/path-table.ts';
import type { PathVerdict } from '../../lib/operations/network/path-verdict.ts';
import { catalog } from '../../registry.ts';

export default class NetworkCheck extends FleetCommand {
  static override summary = 'Try who can connect to whom, from the hosts themselves.';
  static override description =
    'Every path that a manifest declares must be open, and a sample of those that none declares must be closed: the same sample every time. UDP is not tried; `unde network status` proves the tunnels. Exit code 10 when a path is not as it should be, 5 when a host could not be asked.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --from monitoring --to push --context lab',
    '<%= config.bin %> <%= command.id %> --sample 20 --show-right --context lab',
  ];
  static override flags = {
    ...fleetOptions,
    from: Flags.string({ description: 'try from this host only' }),
    to: Flags.string({ description: 'try to this host only' }),
    sample: Flags.integer({
      description: 'how many undeclared connections are tried to each host',
      default: 3,
      min: 0,
    }),
    'show-right': Flags.boolean({
      description: 'show what is right, too',
      aliases: ['all'],
      deprecateAliases: true,
    }),
  };

  async run(): Promise<{ paths: PathVerdict[]; wrong: number; unknown: number }> {
    const { flags } = await this.parse(NetworkCheck);
    const fleet = await this.openFleet(flags);
    for (const name of [flags.from, flags.to]) assertHost(fleet.hosts, name);
    const scope = await fleetScope(fleet, catalog, 'firewall');
    const attempts = attemptsOf(scope, {
      from: flags.from,
      to: flags.to,
      sample: flags.sample,
      management: (host) =>
        (scope.settingsOf(host, 'firewall')['management'] ?? '').split(',').filter((range) => range !== ''),
    });
    const paths = await checkPaths(fleet, scope, attempts);
    const shown = flags['show-right'] ? paths : paths.filter(({ verdict }) => verdict !== 'right');
    if (shown.length > 0) this.log(renderTable(PATH_COLUMNS, shown.map(pathRow), { width: terminalWidth() }));
    const { right, wrong, unknown } = countPaths(paths);
    this.log(`${right} as they should be, ${wrong} wrong, ${unknown} not tried`);
    this.endWith({ unreachable: unknown > 0, unhealthy: wrong > 0 });
    return { paths, wrong, unknown };
  }
}

function assertHost(hosts: readonly { readonly name: string }[], name: string | undefined): void {
  const names = hosts.map((host) => host.name);
  if (name === undefined || names.includes(name)) return;
  throw new UndeError({
    code: 'UNKNOWN_NAME',
    message: `no host of this context is called "${name}"`,
    exit: 'usage',
    hint: didYouMean(name, names) ?? `there are: ${names.join(', ')}`,
  });
}
