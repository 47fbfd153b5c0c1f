import { PAUSED, STATE, serviceDirectory } from '../../common/layout/layout.ts';
import { HOST_PATH, shellScript } from '../../common/shell/script.ts';
import { ledgerFunctions } from '../../fleet/ledger/writer.ts';

/** The folder of the locks on a host. */
export const RUN = '/run/unde';

/** One deploy of one service, as the scripts on a host know it. */
export interface DeployIdentity {
  readonly id: string;
  /** user@machine of the operator. */
  readonly by: string;
  readonly service: string;
  readonly unit: string;
  /** `deploy` or `rollback`, for the ledger. */
  readonly action: 'deploy' | 'rollback';
  /** `current` points at a release; a platform service has none. */
  readonly hasRelease: boolean;
  readonly digest: string;
  readonly generation: string;
  /** Marks the release that is left as bad, once the new one is confirmed: what a rollback without a version does. */
  readonly abandons: boolean;
}

/** The folder of a deploy on a host. */
export function deployDirectory(deploy: Pick<DeployIdentity, 'id' | 'service'>): string {
  return `${STATE}/deploys/${deploy.id}-${deploy.service}`;
}

/** The transient timer that returns a host unless the deploy is confirmed. */
export function returnUnit(deploy: Pick<DeployIdentity, 'id' | 'service'>): string {
  return `unde-return-${deploy.id}-${deploy.service}`;
}

/**
 * The script that takes a host back to what it ran before a deploy. It lies on the host before anything is
 * switched, needs no operator, and is run by the dead-man timer, by a failed gate, when a later batch fails, or at
 * boot. Where there is nothing to take back, it says so and does nothing; one that was cut short is finished by the
 * next.
 *
 * Arguments: RESULT (`failed` or `returned`) REASON [`confirmed`: go back even though the deploy was confirmed |
 * `timer`: the caller is the timer itself].
 *
 * Prints `returned STATE` (the unit's, `none` where none ran before), `returned before`, or `confirmed`. Exits with
 * 4 when something newer runs, 5 when the host is not what it was.
 */
export function undoScript(deploy: DeployIdentity): string {
  const { service, id } = deploy;
  const script = shellScript(
    {
      PATH: HOST_PATH,
      id,
      by: deploy.by,
      action: deploy.action,
      service,
      unit: deploy.unit,
      has_release: deploy.hasRelease,
      new_digest: deploy.digest,
      new_generation: deploy.generation,
      return_unit: returnUnit(deploy),
      state: serviceDirectory(service),
      deploy: deployDirectory(deploy),
      run: RUN,
      paused: PAUSED,
    },
    'lib/operations/deploy/hold-switch.sh',
    'lib/operations/deploy/companions.sh',
    'lib/operations/deploy/undo-script.sh',
  );
  return [
    '#!/bin/bash',
    `# Returns ${service} to what it was before deploy ${id}.`,
    ledgerFunctions(),
    `${script}\n`,
  ].join('\n');
}

/** The unit that finishes, at boot, what the timers would have done: transient timers do not survive a restart. */
export const BOOT_RETURN_UNIT = 'unde-return.service';

/**
 * Renders {@link BOOT_RETURN_UNIT}. Every deploy's own script decides whether there is something to take back. It
 * is not ordered against the services: it restarts them, and would wait for itself.
 */
export function bootReturnUnit(): string {
  return `# Written by unde.
[Unit]
Description=UNDE: takes back deploys that nobody confirmed before the host was restarted
ConditionPathExistsGlob=|${STATE}/services/*/pending
ConditionPathExistsGlob=|${STATE}/deploys/*/claimed
After=local-fs.target

[Service]
Type=oneshot
ExecStart=/bin/bash -c 'for undo in ${STATE}/deploys/*/undo; do "$$undo" returned "the host was restarted before anybody confirmed the deploy"; done'

[Install]
WantedBy=multi-user.target
`;
}
