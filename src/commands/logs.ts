import { Flags } from '@oclif/core';
import { fleetOptions, selectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { askHosts } from '../lib/fleet/ask/ask-hosts.ts';
import { quote } from '../lib/common/shell/quote.ts';
import { scopeOf } from '../lib/operations/plan/survey.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { unitOf } from '../lib/desired/units/service-unit.ts';
import { catalog } from '../registry.ts';

export default class Logs extends FleetCommand {
  static override summary = "Show a service's journal, from one host or from all of them.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> embedder -f',
    '<%= config.bin %> <%= command.id %> node-exporter --host local-app --since "1 hour ago" -n 500',
  ];
  static override args = selectorArgument('service');
  static override flags = {
    ...fleetOptions,
    host: Flags.string({ description: 'only this host' }),
    lines: Flags.integer({ char: 'n', description: 'last lines of each host', default: 50, min: 0 }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what comes' }),
    since: Flags.string({ description: 'journalctl\'s --since, e.g. "10 min ago"' }),
    grep: Flags.string({ char: 'g', description: "journalctl's --grep" }),
  };

  async run(): Promise<{ lines: { host: string; line: string }[] }> {
    const { args, flags } = await this.parse(Logs);
    const fleet = await this.openFleet(flags);
    const selector = flags.host === undefined ? args.selector : `${args.selector}+host:${flags.host}`;
    const { placements } = scopeOf(fleet, selectPlacements(fleet.inventory, selector), catalog);
    const lines: { host: string; line: string }[] = [];
    const hosts = [...new Set(placements.map(({ host }) => host))];
    const units = new Map<string, string[]>();
    for (const { host, service } of placements) {
      const unit = unitOf(await catalog.manifest(service));
      units.set(host.name, [...(units.get(host.name) ?? []), unit]);
    }
    const scripts = hosts.map((host) => {
      const words = [
        'exec journalctl --no-pager -q -o short-iso',
        `-n ${flags.lines}`,
        ...(units.get(host.name) ?? []).map((unit) => `-u ${quote(unit)}`),
        flags.follow ? '-f' : '',
        flags.since === undefined ? '' : `--since ${quote(flags.since)}`,
        flags.grep === undefined ? '' : `--grep ${quote(flags.grep)}`,
      ];
      return [host, words.join(' ')] as const;
    });
    const answers = await askHosts(fleet, new Map(scripts), {
      signal: flags.follow ? interruptSignal() : undefined,
      onLine: ({ name }, line) => {
        if (this.jsonEnabled()) lines.push({ host: name, line });
        else process.stdout.write(hosts.length > 1 ? `${name}  ${line}\n` : `${line}\n`);
      },
    });
    this.reportAnswers(answers);
    return { lines };
  }
}
