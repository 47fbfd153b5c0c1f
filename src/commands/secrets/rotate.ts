import { Args, Flags } from '@oclif/core';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { announcedRotation, showingRotation, tellRotation } from '../../lib/cli/rotation-event.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import type { RotationReport } from '../../lib/operations/secrets/rotation/rotate.ts';
import { rotateSelected } from '../../lib/operations/secrets/rotation/rotate-selected.ts';
import { selectedForRotation } from '../../lib/operations/secrets/rotation/selection.ts';
import { catalog } from '../../registry.ts';

export default class SecretsRotate extends SecretsCommand {
  static override changes = true;
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
    ...fleetOptions,
    ...confirmOptions,
    all: Flags.boolean({
      description: 'every secret but those that vendors give, instead of names',
      exclusive: ['service'],
    }),
    service: Flags.string({ description: 'everything that this service holds' }),
    'far-end-told': Flags.boolean({
      description: 'RouterOS, the far end of a tunnel, has the new public key that this command printed',
    }),
  };

  async run(): Promise<RotationReport> {
    const { flags, argv } = await this.parse(SecretsRotate);
    const { fleet, store, declared } = await this.openSecrets(flags);
    const request = { names: argv.map(String), all: flags.all, service: flags.service };
    const secrets = selectedForRotation(request, declared, store);
    for (const secret of secrets) {
      for (const line of announcedRotation(secret, store.entry(secret.name))) this.log(line);
    }
    await this.askBefore(fleet.context, `Rotate ${secrets.length} secret(s).`, flags.yes);
    const signal = interruptSignal();
    const isTunnel = secrets.map(({ spec }) => spec.kind === 'wireguard-key');
    const tunnels = isTunnel.includes(true) && isTunnel.includes(false);
    const shown = { quiet: this.jsonEnabled(), signal, tunnels };
    const leftOut: string[] = [];
    const report = await showingRotation(shown, (onEvent) =>
      rotateSelected(
        fleet,
        catalog,
        store,
        { secrets, declared, named: request.names, routerTold: flags['far-end-told'] },
        { by: operatorName(), signal, onEvent },
        (name) => leftOut.push(name),
      ),
    );
    for (const name of leftOut) {
      this.log(`! ${name} is left out, since its far end is RouterOS: unde secrets rotate ${name}`);
    }
    for (const line of tellRotation(report, `${report.rotated.length} secret(s) rotated`)) this.log(line);
    this.endWith({ [report.result]: true, interrupted: report.result !== 'ok' && signal.aborted });
    return report;
  }
}
