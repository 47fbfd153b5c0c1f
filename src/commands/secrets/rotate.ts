import { Args, Flags } from '@oclif/core';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { announcedRotation, printRotationEvent, tellRotation } from '../../lib/cli/rotation-event.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { rotateSecrets, type RotationReport } from '../../lib/operations/secrets/rotation/rotate.ts';
import { routerEnd, tellRouter } from '../../lib/operations/secrets/rotation/router-end.ts';
import { selectedForRotation } from '../../lib/operations/secrets/rotation/selection.ts';
import { rotateTunnelKey } from '../../lib/operations/secrets/rotation/tunnel-keys.ts';
import { allManifests, catalog } from '../../registry.ts';

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
    const options = { by: operatorName(), signal, onEvent: printRotationEvent(this.jsonEnabled()) };
    const tunnels = secrets.filter(({ spec }) => spec.kind === 'wireguard-key');
    const keys = declared.filter(({ spec }) => spec.kind === 'wireguard-key');
    const others = secrets.filter((secret) => !tunnels.includes(secret));
    const reports: RotationReport[] = [];
    if (others.length > 0) reports.push(await rotateSecrets(fleet, catalog, store, others, options));
    // One tunnel after the other: never are both ways to a site silent.
    for (const tunnel of tunnels) {
      if (reports.some(({ result }) => result !== 'ok')) break;
      const router = routerEnd(fleet, await allManifests(), store, tunnel);
      if (router !== undefined && !request.names.includes(tunnel.name)) {
        this.log(
          `! ${tunnel.name} is left out, since its far end is RouterOS: unde secrets rotate ${tunnel.name}`,
        );
        continue;
      }
      if (router !== undefined) await tellRouter(store, tunnel, router, options.by, flags['far-end-told']);
      reports.push(await rotateTunnelKey(fleet, catalog, store, tunnel, keys, options));
    }
    const report = joined(reports);
    for (const line of tellRotation(report, `${report.rotated.length} secret(s) rotated`)) this.log(line);
    this.endWith({ [report.result]: true, interrupted: report.result !== 'ok' && signal.aborted });
    return report;
  }
}

/** Several rotations as one: as good as the worst of them. */
function joined(reports: readonly RotationReport[]): RotationReport {
  const worst = reports.find(({ result }) => result !== 'ok');
  return {
    result: worst === undefined ? 'ok' : reports.length === 1 ? worst.result : 'mixed',
    rotated: reports.flatMap(({ rotated }) => rotated),
    steps: reports.flatMap(({ steps }) => steps),
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
