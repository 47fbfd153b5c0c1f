import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { generateSecrets, makableSecrets } from '../../lib/desired/secrets/ensure.ts';

export default class SecretsGenerate extends SecretsCommand {
  static override changes = true;
  static override summary = 'Make every missing secret that can be made, and say which ones you must bring.';
  static override description =
    'Passwords, database logins, WireGuard keys and certificates are made; tokens of vendors are brought. What is there already stays as it is.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ made: readonly string[]; missing: { name: string; title: string }[] }> {
    const { flags } = await this.parse(SecretsGenerate);
    const { fleet, store, declared } = await this.openSecrets(flags);
    const specs = declared.map(({ spec }) => spec);
    const makable = makableSecrets(store, specs);
    if (makable.length > 0) {
      const names = makable.map(({ secret }) => secret);
      await this.askBefore(fleet.context, `Make ${names.length} secret(s): ${names.join(', ')}.`, flags.yes);
    }
    const { made, missing } = await generateSecrets(store, specs, operatorName());
    for (const name of made) this.log(`${chalk.green('✔')} ${name} was made`);
    for (const { secret, title } of missing) {
      this.log(`${chalk.yellow('!')} ${secret} (${title}) must be brought: unde secrets set ${secret}`);
    }
    if (made.length + missing.length === 0) this.log(`${chalk.green('✔')} nothing is missing`);
    else if (made.length > 0 && store.context === 'production') {
      this.log(chalk.dim(`commit ${store.directory}: its files are encrypted`));
    }
    return { made, missing: missing.map(({ secret, title }) => ({ name: secret, title })) };
  }
}
