import { Flags } from '@oclif/core';
import chalk from 'chalk';
import {
  batchFlag,
  confirmOptions,
  fleetOptions,
  messageFlag,
  selectorArgument,
  unreachableFlag,
} from '../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../lib/cli/fleet-command.ts';
import { printDeployEvent } from '../lib/cli/deploy-event.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { rollOut } from '../lib/operations/deploy/batched-rollout.ts';
import type { Rollout } from '../lib/operations/deploy/rollout.ts';
import { assertAddressesUnclaimed, reachedHosts } from '../lib/operations/deploy/preflight.ts';
import { rolloutExit, renderRollout } from '../lib/operations/deploy/report.ts';
import { rollbackMoves } from '../lib/operations/deploy/rollback.ts';
import { closeAll, scopeOf, surveyFleet } from '../lib/operations/plan/survey.ts';
import { assignmentsOf } from '../lib/desired/assignment.ts';
import { openSecretStore } from '../lib/secrets/open.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { serviceFacts } from '../lib/operations/plan/plan.ts';
import { shortDigest } from '../lib/desired/release/release.ts';
import { catalog } from '../registry.ts';

export default class Rollback extends FleetCommand {
  static override changes = true;
  static override summary = 'Take a service back to the release that was good before this one.';
  static override description =
    'Picks, on each host, the newest release that passed its gate there, is not the one that runs and is not marked bad. Without --to, the release that is left is marked bad, so that the next rollback does not pick it. Moves hosts as a deploy does: canary, gate, confirmation, return on failure.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> embedder --to 3f9a1c --context production',
  ];
  static override args = selectorArgument('service');
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    to: Flags.string({ description: 'beginning of the digest of a release that the hosts still have' }),
    ...messageFlag('shown to whoever meets the lock'),
    ...unreachableFlag,
    ...batchFlag,
  };

  async run(): Promise<{ rollouts: Rollout[] }> {
    const { args, flags } = await this.parse(Rollback);
    const fleet = await this.openFleet(flags);
    const scope = scopeOf(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    assertAddressesUnclaimed(fleet, scope.placements);
    const surveys = await surveyFleet(
      fleet,
      await assignmentsOf(fleet, scope.placements, catalog, await openSecretStore(fleet), false),
    );
    try {
      const reached = reachedHosts(surveys, { skipUnreachable: flags['skip-unreachable'] });
      const rollouts: Rollout[] = [];
      const services = [...new Set(scope.placements.map(({ service }) => service))];
      const signal = interruptSignal();
      for (const service of services) {
        const hosts = reached.filter(({ assignment }) =>
          assignment.desired.some((desired) => desired.service === service),
        );
        const moves = rollbackMoves(hosts, service, flags.to);
        const before = moves.map(({ reached }) => serviceFacts(reached.facts, service).digest);
        for (const { reached, desired } of moves) {
          const from = serviceFacts(reached.facts, service).digest;
          this.log(
            `${chalk.yellow('~')} ${service} on ${reached.assignment.host.name}: ${shortDigest(from)} → ${shortDigest(desired.digest)}`,
          );
        }
        if (moves.length === 0) {
          this.log(`${service}: nothing to change`);
          continue;
        }
        await this.askBefore(fleet.context, `Roll ${service} back on ${moves.length} host(s).`, flags.yes);
        const rollout = await rollOut(fleet, moves, {
          by: operatorName(),
          action: 'rollback',
          abandons: flags.to === undefined,
          reason: flags.message,
          batch: flags.batch,
          signal,
          onEvent: printDeployEvent(this.jsonEnabled()),
        });
        rollouts.push(rollout);
        this.log(renderRollout(rollout, undoOf(service, before)));
        if (rolloutExit([rollout]) !== 'ok') break;
      }
      this.endWith(rolloutExit(rollouts, signal.aborted));
      return { rollouts };
    } finally {
      closeAll(surveys);
    }
  }
}

/** The command that undoes a rollback; hosts that came from different releases are undone one by one. */
function undoOf(service: string, before: readonly (string | undefined)[]): string {
  const left = [...new Set(before)].map((digest) => shortDigest(digest));
  return left.map((digest) => `unde rollback ${service} --to ${digest}`).join('  or  ');
}
