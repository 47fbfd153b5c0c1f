import chalk from 'chalk';
import { hostsArgument, MaintenanceCommand, maintenanceFlags } from '../../lib/cli/maintenance-command.ts';
import { undrainHost, type UndrainOutcome } from '../../lib/operations/host/drain.ts';
import { catalog } from '../../registry.ts';

export default class HostUndrain extends MaintenanceCommand {
  static override changes = true;
  static override summary = 'Put drained hosts back to work.';
  static override description =
    'Starts what `unde host drain` stopped, service by service, each watched by the same gate as a deploy; then its jobs go on, and what they missed is made up once. A host on which a service does not start stays drained.';
  static override examples = ['<%= config.bin %> <%= command.id %> host:recognition --context production'];
  static override args = hostsArgument;
  static override flags = maintenanceFlags;

  async run(): Promise<{ hosts: UndrainOutcome[] }> {
    const { args, flags } = await this.parse(HostUndrain);
    const fleet = await this.openFleet(flags);
    const turns = await this.turnsOf(fleet, args.selector, catalog, false);
    const names = turns.map(({ host }) => host.name).join(', ');
    await this.askBefore(fleet.context, `Put ${names} back to work in production.`, flags.yes);
    const context = this.turnContext(fleet, flags.message);
    const hosts: UndrainOutcome[] = [];
    for (const turn of turns) {
      const outcome = await undrainHost(context, turn);
      hosts.push(outcome);
      for (const line of undrainLines(outcome)) this.log(line);
    }
    this.endWith({ failed: hosts.some(({ started }) => started.some(({ ok }) => !ok)) });
    return { hosts };
  }
}

function undrainLines({ host, drained, started }: UndrainOutcome): string[] {
  if (!drained) return [`${chalk.green('✔')} ${host} is not drained`];
  const failed = started.filter(({ ok }) => !ok);
  const [first] = failed;
  if (first === undefined) return [`${chalk.green('✔')} ${host} is back at work`];
  return [
    `${chalk.red('✘')} ${host} stays drained`,
    ...failed.map(({ service, text }) => `    ${service}: ${text}`),
    `  ${chalk.dim('next')}  unde logs ${first.service} --host ${host}`,
  ];
}
