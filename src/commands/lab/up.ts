import { Flags } from '@oclif/core';
import { inventoryFlag, optionalSelectorArgument } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { selectHosts } from '../../lib/inventory/selector.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { showingLabStages } from '../../lib/cli/lab-stages.ts';
import { parseDelay } from '../../lib/lab/delay.ts';
import { BOOT_STAGES, bringUp, type LabUp as LabUpResult } from '../../lib/lab/up.ts';
import { manifestNames } from '../../registry.ts';

export default class LabUp extends BaseCommand {
  static override summary = 'Boot the fleet, or a part of it, as machines on this one.';
  static override description = `Each host of the inventory becomes a Debian machine with systemd and sshd in a network namespace of its own,
without a way out. What is up already is left alone; what a killed run left behind is cleaned away first. With --from
the machines begin as those of a saved lab were: deployed, with their databases, secrets and keys. Nothing is copied, so
several labs may be up from one; a selector takes a part of its hosts. A saved lab that is stale is refused.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> embedder,local-app --wan-delay 120ms',
    '<%= config.bin %> <%= command.id %> embedder --bare --name rehearsal',
    '<%= config.bin %> <%= command.id %> --from deployed --name rehearsal',
  ];
  static override args = optionalSelectorArgument('hosts');
  static override flags = {
    ...inventoryFlag,
    ...labNameFlag,
    bare: Flags.boolean({
      default: false,
      description: 'boot these hosts with nothing but systemd and sshd, and a mirror to install from',
    }),
    with: Flags.string({
      description:
        'also boot a machine that serves Debian packages, or one that stands in for object storage',
      options: ['mirror', 'objects'],
      multiple: true,
    }),
    from: Flags.string({
      description: 'bring the machines up as a saved lab has them (see `unde lab save`)',
      exclusive: ['bare'],
    }),
    key: Flags.string({
      description: 'with --from: refuse a lab that was saved with another key, as other releases are in it',
      dependsOn: ['from'],
    }),
    'wan-delay': Flags.string({
      description: 'round trip between the sites, e.g. 120ms; 0 for none',
    }),
  };

  async run(): Promise<LabUpResult> {
    const { args, flags } = await this.parse(LabUp);
    const name = labNameOf(flags);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const extras = flags.with ?? [];
    const begin = performance.now();
    const request = {
      name,
      inventory,
      hosts: selectHosts(inventory, args.selector).hosts,
      bare: flags.bare,
      mirror: flags.bare || extras.includes('mirror'),
      objects: extras.includes('objects'),
      wanDelayMs: flags['wan-delay'] === undefined ? undefined : parseDelay(flags['wan-delay']),
      from: flags.from === undefined ? undefined : { name: flags.from, key: flags.key },
    };
    const result = await showingLabStages(
      BOOT_STAGES,
      { log: (line) => this.log(line), quiet: this.jsonEnabled() },
      (onStage) => bringUp(request, onStage),
    );
    const total = ((performance.now() - begin) / 1000).toFixed(1);
    const lab = name === 'default' ? 'lab' : `lab:${name}`;
    const all = `${result.state.hosts.length} machines`;
    if (result.booted.length > 0)
      this.log(
        `${lab} is up: ${result.booted.length} booted, ${all} in all${flags.from === undefined ? '' : `, from the saved lab "${flags.from}"`}, ${total} s`,
      );
    else if (result.joined) this.log(`${lab} is up: ${all}; the link between the sites was made anew`);
    else this.log(`${lab} is up already: ${all}, nothing to do`);
    return result;
  }
}
