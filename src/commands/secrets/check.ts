import { Flags } from '@oclif/core';
import chalk from 'chalk';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import type { SecretFinding } from '../../lib/operations/secrets/check.ts';
import { hostCredentials } from '../../lib/operations/secrets/host-credentials.ts';
import { inspectSecrets } from '../../lib/operations/secrets/inspect.ts';
import { allManifests } from '../../registry.ts';

export default class SecretsCheck extends SecretsCommand {
  static override summary =
    'Find secrets that are missing, unused, shared, old, expiring, or left behind on hosts.';
  static override description =
    'Exit code 0: nothing is wrong. 10: something is. 5: a host could not be asked, so nobody knows. Your identity must be able to read every secret.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --context production --no-hosts --max-age 180',
  ];
  static override flags = {
    ...fleetOptions,
    hosts: Flags.boolean({ description: 'ask the hosts what they hold', default: true, allowNo: true }),
    'max-age': Flags.integer({ description: 'days after which a value is old', default: 365, min: 1 }),
  };

  async run(): Promise<{ findings: SecretFinding[]; unreachable: string[] }> {
    const { flags } = await this.parse(SecretsCheck);
    const { fleet, store, declared } = await this.openSecrets(flags);
    const asked = flags.hosts ? await hostCredentials(fleet, interruptSignal()) : undefined;
    const findings = await inspectSecrets({
      store,
      declared,
      manifests: await allManifests(),
      placed: new Set(fleet.inventory.hosts.flatMap(({ services }) => services)),
      ...(asked === undefined ? {} : { credentials: asked.credentials }),
      maxDays: flags['max-age'],
      now: Date.now() / 1000,
    });
    for (const { rule, secret, message, hint } of findings) {
      this.log(`${chalk.red('✘')} ${chalk.bold(secret)} ${chalk.dim(`(${rule})`)} ${message}`);
      this.log(`  ${chalk.dim('next')}  ${hint}`);
    }
    const unreachable = this.tellUnreachable(asked?.unreachable ?? []);
    if (findings.length === 0 && unreachable.length === 0) {
      this.log(`${chalk.green('✔')} ${store.names().length} secrets, and nothing is wrong with them`);
    }
    this.endWith({ unreachable: unreachable.length > 0, unhealthy: findings.length > 0 });
    return { findings, unreachable };
  }
}
