import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, diffFlag, fleetOptions } from '../../lib/cli/common-flags.ts';
import { showingDeploy } from '../../lib/cli/deploy-event.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { assertAddressesUnclaimed } from '../../lib/operations/deploy/preflight.ts';
import { rolloutExit, renderRollout } from '../../lib/operations/deploy/report.ts';
import type { Rollout } from '../../lib/operations/deploy/rollout.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { presentHosts } from '../../lib/fleet/present.ts';
import { BASE, inspectFreshHost, finishBootstrap } from '../../lib/operations/host/bootstrap/bootstrap.ts';
import { assertOperator } from '../../lib/operations/host/bootstrap/assert-operator.ts';
import { trustHost } from '../../lib/operations/host/bootstrap/trust-host.ts';
import type { Host } from '../../lib/inventory/inventory.ts';
import type { ServicePlan } from '../../lib/operations/plan/plan.ts';
import { renderPlans } from '../../lib/operations/plan/render.ts';
import type { HostKey } from '../../lib/fleet/ssh/host-key.ts';
import { ownPublicKeys } from '../../lib/fleet/ssh/own-keys.ts';
import type { SshTarget } from '../../lib/fleet/ssh/target.ts';
import { catalog } from '../../registry.ts';

export default class HostBootstrap extends FleetCommand {
  static override changes = true;
  static override summary =
    'Make a fresh server one of the fleet’s: pin its key, then let operators in and nobody else.';
  static override description =
    'Shows the host key’s fingerprint and pins it once it has been compared; logs in as the account that the provider set up; and deploys the service base: operators’ keys, sshd, security updates, clock, journal, kernel settings. The change is confirmed by a fresh login under the account and key that the fleet uses from then on; where that fails, the host takes it back by itself. The second time there is nothing to change.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context production --fingerprint SHA256:…',
    '<%= config.bin %> <%= command.id %> embedder --user ubuntu --identity ~/.ssh/provider_key',
    'pass show provider/embedder | <%= config.bin %> <%= command.id %> embedder --password-stdin --fingerprint SHA256:… --yes',
  ];
  static override args = { host: Args.string({ required: true, description: 'a host of the inventory' }) };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    user: Flags.string({ description: 'the account that there is (else the one that the inventory names)' }),
    identity: Flags.string({
      description: 'a private key that logs in there',
      exclusive: ['password-stdin'],
    }),
    'password-stdin': Flags.boolean({ description: 'read the account’s password from standard input' }),
    fingerprint: Flags.string({ description: 'what the host’s console says of its key: SHA256:…' }),
    ...diffFlag,
  };

  async run(): Promise<{ host: string; fingerprint: string; plan: ServicePlan[]; rollouts: Rollout[] }> {
    const { args, flags } = await this.parse(HostBootstrap);
    const fleet = await this.openFleet(flags);
    const host = oneHost(presentHosts(fleet, args.host), args.host);
    assertAddressesUnclaimed(fleet, [{ host, service: BASE }]);
    if (!host.services.includes(BASE)) throw notPlaced(host);
    const target = fleet.target(host);
    if (fleet.context.name === 'production') {
      assertOperator(fleet.inventory, await ownPublicKeys(target.identityFile));
    }
    const { fingerprint: key, pinned } = await trustHost(target, flags.fingerprint, (shown, print) =>
      this.#compare(fleet, target, shown, print, flags.yes),
    );
    if (pinned) this.log(`pinned in ${path.relative(process.cwd(), target.knownHostsFile)}`);
    const look = await inspectFreshHost(fleet, host, await firstTarget(target, flags), catalog);
    try {
      const { planned, vitals } = look;
      this.log(`${host.name} runs ${vitals.osName}, kernel ${vitals.kernel}; key ${key}`);
      this.log(renderPlans(planned.plans, { diffs: flags.diff }));
      const changes = planned.plans.filter(({ state }) => state === 'change');
      if (changes.length > 0) await this.askBefore(fleet.context, `Bootstrap ${host.name}.`, flags.yes);
      const signal = interruptSignal();
      const rollouts = await showingDeploy({ quiet: this.jsonEnabled(), signal }, (onEvent) =>
        finishBootstrap(fleet, look, {
          by: operatorName(),
          action: 'deploy',
          reason: 'bootstrap',
          signal,
          onEvent,
        }),
      );
      for (const rollout of rollouts) this.log(renderRollout(rollout));
      this.endWith(rolloutExit(rollouts, signal.aborted));
      if (rolloutExit(rollouts) === 'ok') this.#tellNext(host);
      return { host: host.name, fingerprint: key, plan: planned.plans.slice(), rollouts };
    } finally {
      look.planned.close();
    }
  }

  /** Has the operator compare a key; `--yes` answers for a change, never for an identity. */
  async #compare(fleet: Fleet, target: SshTarget, key: HostKey, print: string, yes: boolean): Promise<void> {
    if (yes || !process.stdin.isTTY || this.jsonEnabled()) throw needsFingerprint(target, print);
    this.log(`${target.host} (${target.address}) shows a ${key.type} key: ${chalk.bold(print)}`);
    this.log(chalk.dim('its console says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'));
    await this.askBefore(fleet.context, 'Is it the same there?', false);
  }

  #tellNext(host: Host): void {
    if (host.status === 'create') {
      this.log(
        `${chalk.dim('next')}  set its status to running in inventory.yaml, then: unde deploy host:${host.name}`,
      );
    } else this.log(`${chalk.dim('next')}  unde deploy host:${host.name}`);
  }
}

/** How the host is reached as long as it is the provider's. */
async function firstTarget(
  target: SshTarget,
  flags: { user?: string; identity?: string; 'password-stdin': boolean },
): Promise<SshTarget> {
  const user = flags.user ?? target.user;
  if (!flags['password-stdin']) {
    return { ...target, user, identityFile: flags.identity ?? target.identityFile };
  }
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password !== '') return { ...target, user, password };
  throw new UndeError({
    code: 'NO_PASSWORD',
    message: 'standard input holds no password',
    exit: 'usage',
    hint: 'printf %s "$PASSWORD" | unde host bootstrap … --password-stdin',
  });
}

function oneHost(hosts: readonly Host[], written: string): Host {
  const [host] = hosts;
  if (host !== undefined && hosts.length === 1) return host;
  throw new UndeError({
    code: 'NOT_ONE_HOST',
    message: `"${written}" selects ${hosts.length} hosts, and the first contact is with one at a time`,
    exit: 'usage',
    hint: `one of: ${hosts.map(({ name }) => name).join(', ')}`,
  });
}

function notPlaced(host: Host): UndeError {
  return new UndeError({
    code: 'NOT_PLACED',
    message: `the inventory does not place ${BASE} on ${host.name}`,
    exit: 'config',
    where: { host: host.name },
    hint: `everywhere: [${BASE}, …] in inventory.yaml`,
  });
}

/** A key that nobody compared is trusted by nobody. */
function needsFingerprint(target: SshTarget, print: string): UndeError {
  return new UndeError({
    code: 'NEEDS_FINGERPRINT',
    message: `no host key of ${target.host} is pinned, and nobody is at a terminal to compare it`,
    exit: 'refused',
    where: { host: target.host, file: target.knownHostsFile },
    hint: `read it off the host's console, then add --fingerprint; the host that answers shows ${print}`,
  });
}
