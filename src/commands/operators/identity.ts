import { existsSync } from 'node:fs';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { identityFile, ownRecipients } from '../../lib/secrets/identity.ts';
import { writeIdentity } from '../../lib/secrets/open.ts';

export default class OperatorsIdentity extends BaseCommand {
  static override summary = 'Show the public half of your age key, and make the key where you have none.';
  static override description =
    'The key is what `age-keygen` makes; keep a copy of it where you keep your other keys. Tell only the public half.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'UNDE_AGE_IDENTITY=~/keys/unde.txt <%= config.bin %> <%= command.id %>',
  ];

  async run(): Promise<{ file: string; made: boolean; recipients: string[] }> {
    await this.parse(OperatorsIdentity);
    const file = identityFile();
    const made = !existsSync(file);
    const recipients = made ? [await writeIdentity(file)] : await ownRecipients(file);
    if (made) process.stderr.write(`made ${file}; keep a copy of it in a safe place\n`);
    for (const recipient of recipients) this.log(recipient);
    return { file, made, recipients };
  }
}
