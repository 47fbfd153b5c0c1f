import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { changeFlags, fleetFlags, operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { printRotationEvent, tellRotation } from '../../lib/cli/rotation-event.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { placeOf } from '../../lib/secrets/listing.ts';
import { rotateSecrets, type RotationReport } from '../../lib/secrets/rotation/rotate.ts';
import { isSeamless, selectedForRotation } from '../../lib/secrets/rotation/selection.ts';
import { catalog } from '../../registry.ts';

export default class SecretsRotate extends SecretsCommand {
  static override summary = 'Give secrets new values, without anybody being refused meanwhile.';
  static override description =
    'Whoever verifies a secret first accepts both values; then holders are restarted with the new one, one host at a time and through the health gate; then the old one is dropped. Where it is broken off, the same command goes on.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> db-production-recognition --context production',
    '<%= config.bin %> <%= command.id %> --service recognition --context production',
    '<%= config.bin %> <%= command.id %> --all --context lab',
  ];
  // The names are many, which oclif has no other way of saying.
  static override strict = false;
  static override args = {
    name: Args.string({ description: 'names in `unde secrets list`' }),
  };
  static override flags = {
    ...fleetFlags,
    ...changeFlags,
    all: Flags.boolean({ description: 'everything but what vendors give', exclusive: ['service'] }),
    service: Flags.string({ description: 'everything that this service holds' }),
  };

  async run(): Promise<RotationReport> {
    const { flags, argv } = await this.parse(SecretsRotate);
    const { fleet, store, declared } = await this.openSecrets(flags, catalog);
    const wish = { names: argv.map(String), all: flags.all, service: flags.service };
    const secrets = selectedForRotation(wish, declared, store);
    for (const secret of secrets) {
      const { rotation } = store.entry(secret.name) ?? {};
      this.log(
        `${chalk.yellow('~')} ${chalk.bold(secret.name)}  ${[
          rotation === undefined ? '' : 'goes on',
          `restarts ${secret.holders.map(placeOf).join(', ') || 'nobody'}`,
          secret.verifiers.length === 0 ? '' : `verified by ${secret.verifiers.map(placeOf).join(', ')}`,
        ]
          .filter((part) => part !== '')
          .join('; ')}`,
      );
      if (!isSeamless(secret)) {
        this.log(
          `  ${chalk.yellow('!')} until all of them have it, those with the new value and those with the old one disagree`,
        );
      }
    }
    await this.askBefore(fleet.context, `Rotate ${secrets.length} secret(s).`, flags.yes);
    const signal = interruptSignal();
    const report = await rotateSecrets(fleet, catalog, store, secrets, {
      by: operatorName(),
      signal,
      onEvent: printRotationEvent(this.jsonEnabled()),
    });
    for (const line of tellRotation(report, `${secrets.length} secret(s) rotated`)) this.log(line);
    if (report.result !== 'ok') this.setExit(signal.aborted ? 'interrupted' : report.result);
    return report;
  }
}
