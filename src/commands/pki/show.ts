import { Args } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { formatTime } from '../../lib/common/text/time.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { didYouMean } from '../../lib/common/text/did-you-mean.ts';
import {
  listCertificates,
  type ListedCertificate,
} from '../../lib/operations/secrets/certificate-listing.ts';

export default class PkiShow extends SecretsCommand {
  static override summary = 'Show a certificate; `authority` is the one that signs the others.';
  static override description =
    'The private key is never shown. The PEM text goes to standard output, to be piped.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> authority --context production > authority.pem',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'its name in `unde pki list`' }),
  };
  static override flags = { ...fleetOptions };

  async run(): Promise<ListedCertificate & { pem: string }> {
    const { args, flags } = await this.parse(PkiShow);
    const { fleet, store, declared } = await this.openSecrets(flags);
    const certificates = listCertificates(declared, store, Date.now() / 1000);
    const found = certificates.find(({ name }) => name === args.name);
    const pem = store.entry(args.name)?.public;
    if (found === undefined || pem === undefined) {
      const names = certificates.map(({ name }) => name);
      throw new UndeError({
        code: 'UNKNOWN_CERTIFICATE',
        message: `there is no certificate "${args.name}"`,
        exit: 'usage',
        hint: didYouMean(args.name, names) ?? (names.length === 0 ? 'unde pki init' : 'unde pki list'),
      });
    }
    const time = (at: number) => formatTime(at, fleet.inventory.timeZone);
    const lines = [
      `subject  ${found.subject}`,
      `issuer   ${found.issuer}`,
      `for      ${[...found.names, ...found.addresses].join(', ') || 'nobody: it signs others'}`,
      `valid    ${time(found.notBefore)} to ${time(found.notAfter)} ${fleet.inventory.timeZone}, ${found.days} days from now`,
      `serial   ${found.serial}`,
      `SHA-256  ${found.fingerprint}`,
      `held by  ${found.holders.join(', ') || 'nobody'}`,
    ];
    if (!this.jsonEnabled()) process.stderr.write(`${lines.join('\n')}\n`);
    this.log(pem.trimEnd());
    return { ...found, pem };
  }
}
