import { readFileSync } from 'node:fs';
import { Flags } from '@oclif/core';
import chalk from 'chalk';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { messageOf, UndeError } from '../../lib/common/error/unde-error.ts';
import { fleetScope } from '../../lib/desired/scope/fleet-scope.ts';
import { compareRouter, type RouterDifference } from '../../lib/operations/network/routeros-compare.ts';
import { parseRouterExport } from '../../lib/operations/network/routeros-export.ts';
import { routerItems } from '../../lib/desired/network/routeros-plan.ts';
import { renderRouterScript } from '../../lib/desired/network/routeros-script.ts';
import { gatewayOf, keySecret, tunnelPlans, WIREGUARD } from '../../lib/desired/network/tunnels.ts';
import { catalog } from '../../registry.ts';

interface Answer {
  readonly gateway: string;
  readonly script?: string;
  readonly differences?: RouterDifference[];
}

export default class NetworkRouteros extends FleetCommand {
  static override summary =
    'Print the gateway’s tunnels as a RouterOS 7 script, or compare a router with them.';
  static override description =
    'For a gateway that is a MikroTik CHR. No host is touched: the operator pastes the script into the router, and its /export into --check. Neither holds a private key; the router makes its own, and the script prints the public half, which belongs into the inventory. Exit code 9 when the router differs.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production > tunnels.rsc',
    '<%= config.bin %> <%= command.id %> --check router.rsc --context production',
    'ssh router /export | <%= config.bin %> <%= command.id %> --check - --context production',
  ];
  static override flags = {
    ...fleetOptions,
    check: Flags.string({ description: "a file with the router's /export, or - for standard input" }),
  };

  async run(): Promise<Answer> {
    const { flags } = await this.parse(NetworkRouteros);
    const fleet = await this.openFleet(flags);
    const scope = await fleetScope(fleet, catalog, WIREGUARD);
    const gateway = gatewayOf(scope);
    if (gateway === undefined) throw noGateway(fleet.inventory.file);
    const keyless = tunnelPlans(scope).filter(({ publicKey }) => publicKey === undefined);
    if (keyless.length > 0) throw noKeys(keyless.map(({ host }) => keySecret(host)));
    const items = routerItems(scope, gateway);
    if (flags.check === undefined) {
      const script = renderRouterScript(gateway.host.name, items);
      this.log(script.trimEnd());
      return { gateway: gateway.host.name, script };
    }
    const differences = compareRouter(items, parseRouterExport(textOf(flags.check)));
    for (const { kind, menu, item, detail } of differences) {
      this.log(`${chalk.red(kind.padEnd(8))} ${menu}  ${item}${detail === '' ? '' : `: ${detail}`}`);
    }
    if (differences.length === 0) this.log(`the router is as planned: ${items.length} items`);
    this.endWith({ drift: differences.length > 0 });
    return { gateway: gateway.host.name, differences };
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UndeError({
      code: 'NO_EXPORT',
      message: `the export cannot be read: ${messageOf(error)}`,
      exit: 'usage',
      where: { file },
      hint: 'on the router: /export file=unde',
      cause: error,
    });
  }
}

function noGateway(file: string): UndeError {
  return new UndeError({
    code: 'NO_GATEWAY',
    message: 'no host of this context is said to be the gateway',
    exit: 'config',
    where: { file },
    hint: 'settings: { wireguard: { gateway: routeros } } on the host that the tunnels lead to',
  });
}

function noKeys(secrets: readonly string[]): UndeError {
  return new UndeError({
    code: 'SECRETS_MISSING',
    message: `the public keys of ${secrets.length} local host(s) are not known yet: ${secrets.join(', ')}`,
    exit: 'config',
    hint: 'unde secrets generate',
  });
}
