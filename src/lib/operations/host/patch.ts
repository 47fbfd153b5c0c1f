import { runLifecycle } from '../deploy/lifecycle.ts';
import type { Upgrade } from './vitals/apt.ts';
import { wantsReboot } from './vitals/attention.ts';
import { awaitWell, wellDeadline } from './await-well.ts';
import { inspectHost, wellOf, type Inspection } from './inspection.ts';
import { PATCH_MS, patchScript } from './patch-script.ts';
import { restart, told, type RebootOptions } from './reboot.ts';
import { hostLedgerScript } from './ledger-line.ts';
import { openTurn, type OpenTurn, type TurnContext, type TurnOutcome, type TurnPlan } from './turn.ts';

/** How a patch goes. */
export interface PatchOptions extends RebootOptions {
  /** Restarts the host in the same turn where it wants that afterwards. */
  readonly reboot: boolean;
}

/**
 * One host's patch: its packages are renewed, its services that run replaced libraries are restarted, or the whole host
 * where that was asked for and is needed; and everything that was well before must be well again.
 *
 * @throws UndeError before anything was done
 */
export async function patchHost(
  context: TurnContext,
  plan: TurnPlan,
  upgrades: readonly Upgrade[],
  options: PatchOptions,
): Promise<TurnOutcome> {
  const began = Date.now();
  const { host } = plan.assignment;
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const turn = await openTurn(context, plan);
  try {
    const well = wellOf(turn.look);
    context.tell(host.name, `renews ${upgrades.length} ${upgrades.length === 1 ? 'package' : 'packages'}`);
    const said = await renew(turn, upgrades);
    const failed = said !== undefined;
    const missing = await awaitWell(context.fleet, plan.assignment, well, wellDeadline(plan.assignment));
    const now = await inspectHost(turn.connection, plan.assignment);
    const names = upgrades.map(({ name }) => name).join(' ');
    await turn.connection.bash(
      hostLedgerScript(
        context,
        'patch',
        failed || missing.length > 0 ? 'failed' : 'ok',
        seconds(),
        names.slice(0, 500),
      ),
    );
    if (failed || missing.length > 0) {
      return {
        host: host.name,
        result: 'failed',
        seconds: seconds(),
        text: failed
          ? 'its packages could not be renewed'
          : 'not as well as before its packages were renewed',
        details: [...(said ?? []), ...missing.map(told)],
        hint: failed
          ? `unde exec host:${host.name} -- journalctl -u unde-patch -n 50`
          : `unde logs ${missing[0]?.service} --host ${host.name}`,
        exit: 'failed',
      };
    }
    if (options.reboot && wantsReboot(now.vitals)) {
      const restarted = await restart(
        context,
        plan,
        { ...turn, look: { ...now, services: turn.look.services } },
        options,
      );
      return {
        ...restarted,
        seconds: seconds(),
        text: `${upgrades.length} packages renewed; ${restarted.text}`,
      };
    }
    await turn.close();
    return { ...(await refresh(context, plan, now, well, upgrades.length)), seconds: seconds() };
  } finally {
    await turn.close();
  }
}

/** Renews the packages; apt's last words where it could not. */
async function renew(turn: OpenTurn, upgrades: readonly Upgrade[]): Promise<string[] | undefined> {
  const result = await turn.connection.bash(patchScript(upgrades), {
    timeoutMs: PATCH_MS,
  });
  if (result.stdout.split('\n').includes('renewed')) return undefined;
  return result.stderr
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

/** Restarts the services of ours, and of third parties, that still run what was replaced; each by its gate. */
async function refresh(
  context: TurnContext,
  plan: TurnPlan,
  look: Inspection,
  well: readonly string[],
  renewed: number,
): Promise<TurnOutcome> {
  const { host, desired } = plan.assignment;
  const outdated = desired.filter(
    ({ unit, service }) => look.vitals.outdatedUnits.includes(unit) && well.includes(service),
  );
  const outcome = (parts: Omit<TurnOutcome, 'host' | 'seconds'>) => ({
    host: host.name,
    seconds: 0,
    ...parts,
  });
  const text = `${renewed} ${renewed === 1 ? 'package' : 'packages'} renewed`;
  if (outdated.length > 0) {
    const turn = await openTurn(context, plan, { services: false });
    try {
      const reached = { assignment: plan.assignment, connection: turn.connection, facts: turn.look.facts };
      for (const each of outdated) {
        const ran = await runLifecycle(
          { reached, desired: each },
          'restart',
          context.by,
          'its libraries were renewed',
        );
        context.tell(host.name, `${each.service}: ${ran.text}`);
        if (ran.ok) continue;
        return outcome({
          result: 'failed',
          text: `${text}, but ${each.service} did not start again: ${ran.text}`,
          details: ran.journal,
          hint: `unde logs ${each.service} --host ${host.name}`,
          exit: 'failed',
        });
      }
    } finally {
      await turn.close();
    }
  }
  const again =
    outdated.length === 0 ? '' : `, ${outdated.map(({ service }) => service).join(', ')} restarted`;
  const waits = wantsReboot(look.vitals);
  return outcome({
    result: 'ok',
    text: `${text}${again}, ${well.length} ${well.length === 1 ? 'service' : 'services'} well${waits ? '; it waits for a restart' : ''}`,
    details: [],
    hint: waits ? `unde host reboot host:${host.name}` : null,
    exit: 'ok',
  });
}
