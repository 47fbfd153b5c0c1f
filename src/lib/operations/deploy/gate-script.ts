import { quote } from '../../common/shell/quote.ts';
import { shellScript } from '../../common/shell/script.ts';
import type { HealthSpec } from '../../manifest/health.ts';
import { deployDirectory, returnUnit, type DeployIdentity } from './undo-script.ts';

/** For how long a host waits for the confirmation once its gate has passed, in seconds. */
export const CONFIRM_SECONDS = 20;

/** What a gate watches. */
export interface Gated {
  readonly unit: string;
  /** Absent where it listens on none. */
  readonly port?: number | undefined;
  readonly health: HealthSpec;
  /** How long the process that runs now may take to drain, in seconds. */
  readonly stopSeconds: number;
  /** Digest that `/health` must name; `undefined` for a third-party service, which names none. */
  readonly release: string | undefined;
}

/**
 * The health gate, which runs on the host itself, so that neither round trips nor a missing curl matter. It is
 * bound to the new process: systemd's InvocationID must be new and stay, `/health` must name that invocation and the
 * release's digest, and both must hold for a while. A unit that exits fails it at once.
 *
 * Time is the kernel's uptime: a clock that is set meanwhile neither passes nor fails a gate. The time for the start
 * begins with the new process, since the old one may take its own to drain.
 *
 * Defines `gate`, which prints `gate ok INVOCATION` or `gate failed REASON`. The variable `before` must hold the
 * InvocationID from before the restart.
 */
export function gateFunctions({ unit, port, health, stopSeconds, release }: Gated): string {
  const asked = 'command' in health ? undefined : health;
  return shellScript(
    {
      unit,
      start_seconds: health.startSeconds,
      stable_seconds: health.stableSeconds,
      stop_seconds: stopSeconds,
      health_command: 'command' in health ? health.command : '',
      port: port ?? '',
      health_path: asked?.path ?? '',
      ready_path: asked?.ready ?? '',
      release: release ?? '',
    },
    'lib/common/shell/http-get.sh',
    'lib/common/shell/uptime.sh',
    'lib/operations/deploy/gate-script.sh',
  );
}

/** Prints a unit's last journal lines, each behind `journal`. */
export function journalCommand(unit: string): string {
  return `journalctl -q -u ${quote(unit)} --no-pager -o short-iso -n 20 2>/dev/null | sed 's/^/journal /'`;
}

/**
 * Waits for the gate after a switch. Once it has passed, the way back stays armed, but from there on only the
 * confirmation is awaited; when it fails, the unit's last journal lines follow the verdict.
 */
export function armedGateScript(deploy: DeployIdentity, gated: Gated): string {
  const waiting = shellScript(
    {
      deploy: deployDirectory(deploy),
      return_unit: returnUnit(deploy),
      confirm_seconds: CONFIRM_SECONDS,
    },
    'lib/operations/deploy/armed-gate-script.sh',
  );
  return `${gateFunctions(gated)}\n\n${waiting}`;
}
