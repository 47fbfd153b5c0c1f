import { credentialFile } from '../../common/layout/layout.ts';
import { CERTIFICATE } from './certificate.ts';

/**
 * Renders the script that brings the certificate with its key to where a server reads it, in memory. It runs before
 * every start and at every reload; what is there is only ever replaced by what could be decrypted.
 *
 * @param service The service whose credential it is.
 * @param user The user that reads it.
 * @param folder The folder that it is brought to, as `server.pem`.
 */
export function renderCertificateScript(service: string, user: string, folder: string): string {
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -euo pipefail; export LC_ALL=C; umask 077
install -d -m 755 "$(dirname ${folder})"; install -d -o ${user} -g ${user} -m 750 ${folder}
rm -f ${folder}/server.pem.new
systemd-creds decrypt --name=${CERTIFICATE} ${credentialFile(service, CERTIFICATE)} ${folder}/server.pem.new
chown ${user}: ${folder}/server.pem.new; chmod 600 ${folder}/server.pem.new
mv -f ${folder}/server.pem.new ${folder}/server.pem
`;
}
