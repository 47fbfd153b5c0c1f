import { Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { showingRotation, tellRotation } from '../../lib/cli/rotation-event.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { parseDuration } from '../../lib/common/text/duration.ts';
import { dueCertificates } from '../../lib/secrets/certificates/renewal.ts';
import { placeOf } from '../../lib/operations/secrets/listing.ts';
import { rotateSecrets, type RotationReport } from '../../lib/operations/secrets/rotation/rotate.ts';
import { catalog } from '../../registry.ts';

const DAY_MS = 86_400_000;

export default class PkiRenew extends SecretsCommand {
  static override changes = true;
  static override summary =
    'Issue certificates anew that end soon, and bring them to their hosts, one at a time.';
  static override description =
    'A deploy does the same for what it deploys, from 60 days before the end. The authority itself is not renewed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --within 400d --context lab',
  ];
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    within: Flags.string({ description: 'those that end within so many days', default: '30d' }),
  };

  async run(): Promise<Partial<RotationReport> & { renewed: readonly string[] }> {
    const { flags } = await this.parse(PkiRenew);
    const within = parseDuration(flags.within, {
      what: 'a number of days',
      hint: 'for example: 30d',
      leastMs: 0,
      bareMs: DAY_MS,
    });
    const days = within / DAY_MS;
    const { fleet, store, declared } = await this.openSecrets(flags);
    const due = dueCertificates(
      store,
      declared.map(({ spec }) => spec),
      Date.now() / 1000,
      days,
    );
    const secrets = declared.filter(({ name }) => due.some(({ secret }) => secret === name));
    if (secrets.length === 0) {
      this.log(`${chalk.green('✔')} no certificate ends within ${days} days`);
      return { renewed: [] };
    }
    for (const { name, holders } of secrets) {
      this.log(`${chalk.yellow('~')} ${chalk.bold(name)}  for ${holders.map(placeOf).join(', ')}`);
    }
    await this.askBefore(fleet.context, `Issue ${secrets.length} certificate(s) anew.`, flags.yes);
    const signal = interruptSignal();
    const shown = { quiet: this.jsonEnabled(), signal, tunnels: false };
    const report = await showingRotation(shown, (onEvent) =>
      rotateSecrets(fleet, catalog, store, secrets, { by: operatorName(), signal, onEvent }),
    );
    for (const line of tellRotation(report, `${secrets.length} certificate(s) issued anew`)) this.log(line);
    this.endWith({ [report.result]: true, interrupted: report.result !== 'ok' && signal.aborted });
    return { ...report, renewed: report.rotated };
  }
}
