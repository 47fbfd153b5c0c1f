import { PAUSED, STATE, releaseDirectory, serviceDirectory } from '../../common/layout/layout.ts';
import { printFunction, shellScript } from '../../common/shell/script.ts';
import {
  BOOT_RETURN_UNIT,
  bootReturnUnit,
  deployDirectory,
  returnUnit,
  RUN,
  undoScript,
  type DeployIdentity,
} from './undo-script.ts';

/**
 * Puts a generation that lies on the host in force: saves what was, arms the dead-man timer, then switches and
 * restarts. From the moment that anything differs, the host can go back by itself.
 *
 * @param returnSeconds After how many seconds without a confirmation the host goes back.
 * @param expected The generation that the plan was made for, `''` for none; the lock was taken after the plan, and
 *   somebody may have been faster. `undefined` where an unconfirmed deploy was returned in between.
 */
export function switchScript(
  deploy: DeployIdentity,
  returnSeconds: number,
  expected: string | undefined,
): string {
  return [
    printFunction('undo_script', undoScript(deploy)),
    printFunction('boot_unit_text', bootReturnUnit()),
    shellScript(
      {
        id: deploy.id,
        by: deploy.by,
        service: deploy.service,
        unit: deploy.unit,
        has_release: deploy.hasRelease,
        new_digest: deploy.digest,
        new_generation: deploy.generation,
        return_unit: returnUnit(deploy),
        return_seconds: returnSeconds,
        check_expected: expected !== undefined,
        expected: expected ?? '',
        root: STATE,
        state: serviceDirectory(deploy.service),
        deploy: deployDirectory(deploy),
        release: releaseDirectory(deploy.service, deploy.digest),
        run: RUN,
        units: '/etc/systemd/system',
        paused: PAUSED,
        boot_unit: BOOT_RETURN_UNIT,
      },
      'lib/operations/deploy/hold-switch.sh',
      'lib/operations/deploy/companions.sh',
      'lib/operations/deploy/switch-script.sh',
    ),
  ].join('\n\n');
}
