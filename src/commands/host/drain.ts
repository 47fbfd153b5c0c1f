import chalk from 'chalk';
import { hostsArgument, MaintenanceCommand, maintenanceFlags } from '../../lib/cli/maintenance-command.ts';
import { manifestsOf } from '../../lib/desired/scope/scope.ts';
import { drainHost, type Drain, type DrainOutcome } from '../../lib/operations/host/drain.ts';
import { catalog } from '../../registry.ts';

export default class HostDrain extends MaintenanceCommand {
  static override changes = true;
  static override summary = 'Take hosts out of work: our services answer what they accepted, and stop.';
  static override description =
    'Jobs are paused and those that run are waited for; then our own services are stopped, which answer what they have accepted. Neither a deploy nor a restart of the host starts them again; `unde host undrain` does. What holds data cannot be drained: it runs on, and whoever uses it waits while the host is down.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> host:recognition -m "new disk" --context production',
    '<%= config.bin %> <%= command.id %> host:embedder --context lab --json',
  ];
  static override args = hostsArgument;
  static override flags = maintenanceFlags;

  async run(): Promise<{ hosts: DrainOutcome[] }> {
    const { args, flags } = await this.parse(HostDrain);
    const fleet = await this.openFleet(flags);
    const turns = await this.turnsOf(fleet, args.selector, catalog, false);
    const names = turns.map(({ host }) => host.name).join(', ');
    await this.askBefore(fleet.context, `Drain ${names} in production.`, flags.yes);
    const context = this.turnContext(fleet, flags.message);
    const manifests = await manifestsOf(catalog);
    const hosts: DrainOutcome[] = [];
    for (const turn of turns) {
      const outcome = await drainHost(context, turn, manifests);
      hosts.push(outcome);
      for (const line of drainLines(outcome)) this.log(line);
    }
    return { hosts };
  }
}

function drainLines({ host, already, services, timers }: DrainOutcome): string[] {
  if (already) return [`${chalk.green('✔')} ${host} is drained already`];
  return [
    `${chalk.green('✔')} ${host} is drained`,
    ...services.filter(({ how }) => how !== 'stays').map(serviceLine),
    ...timers.map((timer) => `    paused   ${timer}`),
    `  ${chalk.dim('next')}  unde alerts silence all --host ${host} --for 2h -m WHY, while it is worked on`,
    `  ${chalk.dim('undo')}  unde host undrain host:${host}`,
  ];
}

function serviceLine({ service, how, elsewhere }: Drain): string {
  if (how === 'waits') {
    return `    ${chalk.yellow('runs on')}  ${service}: it cannot be drained; whoever uses it waits while the host is down`;
  }
  const other =
    elsewhere.length === 0 ? chalk.yellow('; it runs nowhere else') : `; also on ${elsewhere.join(', ')}`;
  return `    stopped  ${service}${other}`;
}
