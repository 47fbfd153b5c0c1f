import { credentialFile, serviceDirectory } from '../../common/layout/layout.ts';
import { shellScript } from '../../common/shell/script.ts';
import { ledgerFunctions } from '../../fleet/ledger/writer.ts';
import { deployDirectory, returnUnit, RUN, type DeployIdentity } from './undo-script.ts';

/**
 * Confirms a deploy over a fresh connection: the process must be the one that the gate watched. The same rename as
 * in the undo script decides who was first.
 *
 * @param invocation systemd's InvocationID of the process that passed the gate.
 * @param seconds How long the deploy took on this host.
 */
export function confirmScript(deploy: DeployIdentity, invocation: string, seconds: number): string {
  const script = shellScript(
    {
      id: deploy.id,
      by: deploy.by,
      action: deploy.action,
      service: deploy.service,
      unit: deploy.unit,
      new_digest: deploy.digest,
      new_generation: deploy.generation,
      abandons: deploy.abandons,
      return_unit: returnUnit(deploy),
      invocation,
      seconds,
      credential: credentialFile(deploy.service, ''),
      state: serviceDirectory(deploy.service),
      deploy: deployDirectory(deploy),
      run: RUN,
    },
    'lib/operations/deploy/hold-switch.sh',
    'lib/operations/deploy/taken-over.sh',
    'lib/operations/deploy/confirm-script.sh',
  );
  return `${ledgerFunctions()}\n${script}`;
}
