import chalk from 'chalk';
import { fleetOptions, linesFlag, optionalSelectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../lib/common/text/table.ts';
import { formatTime } from '../lib/common/text/time.ts';
import { closeAll, scopeOf, surveyFleet } from '../lib/operations/plan/survey.ts';
import { assignmentsOf } from '../lib/desired/assignment.ts';
import { openSecretStore } from '../lib/secrets/open.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { mergeLedgers, type HistoryEntry } from '../lib/fleet/ledger/history.ts';
import { WHOLE_HOST } from '../lib/operations/host/turn.ts';
import { shortDigest } from '../lib/desired/release/release.ts';
import { catalog } from '../registry.ts';

const COLOURS = { ok: chalk.green, failed: chalk.red, returned: chalk.yellow };

export default class History extends FleetCommand {
  static override summary = "Show who changed what, when and with which result, from the hosts' own ledgers.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> @local -n 50 --json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    ...linesFlag('entries to show'),
  };

  async run(): Promise<{ entries: HistoryEntry[]; unreachable: string[] }> {
    const { args, flags } = await this.parse(History);
    const fleet = await this.openFleet(flags);
    const placements = selectPlacements(fleet.inventory, args.selector);
    const scope = scopeOf(fleet, placements, catalog);
    const surveys = await surveyFleet(
      fleet,
      await assignmentsOf(fleet, scope.placements, catalog, await openSecretStore(fleet), false),
      {
        // A host's ledger holds all of its services; enough lines for the asked ones to be among them.
        ledgerLines: flags.lines * 10,
      },
    );
    closeAll(surveys);
    const ledgers = surveys.flatMap((survey) =>
      'facts' in survey ? [{ host: survey.assignment.host.name, lines: survey.facts.ledger }] : [],
    );
    // Whoever asks for all of a host asks for what was done to the host itself, too.
    const whole = fleet.hosts.some((host) =>
      host.services.every((service) =>
        placements.some((each) => each.host.name === host.name && each.service === service),
      ),
    );
    const services = new Set([
      ...scope.placements.map(({ service }) => service),
      ...(whole ? [WHOLE_HOST] : []),
    ]);
    const entries = mergeLedgers(ledgers, services).slice(0, flags.lines);
    const unreachable = surveys.flatMap((survey) => ('error' in survey ? [survey.assignment.host.name] : []));
    this.log(
      renderTable(
        [
          { header: `when (${fleet.inventory.timeZone})` },
          { header: 'host' },
          { header: 'service' },
          { header: 'action' },
          { header: 'release' },
          { header: 'from' },
          { header: 'result' },
          { header: 's', align: 'right' },
          { header: 'who' },
          { header: 'why', shrink: true },
        ],
        entries.map((entry) => [
          formatTime(entry.at, fleet.inventory.timeZone),
          entry.host,
          entry.service,
          entry.action,
          shortDigest(entry.digest === '' ? undefined : entry.digest),
          shortDigest(entry.from === '' ? undefined : entry.from),
          (COLOURS[entry.result] ?? chalk.reset)(entry.result),
          String(entry.seconds),
          entry.who,
          entry.reason,
        ]),
        { width: terminalWidth() },
      ),
    );
    for (const host of unreachable) this.log(chalk.red(`${host} could not be asked`));
    this.endWith({ unreachable: unreachable.length > 0 });
    return { entries, unreachable };
  }
}
