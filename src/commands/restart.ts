import { LifecycleCommand } from '../lib/cli/lifecycle-command.ts';
import type { LifecycleOutcome } from '../lib/operations/deploy/lifecycle.ts';
import { catalog } from '../registry.ts';

export default class Restart extends LifecycleCommand {
  static override changes = true;
  static override summary = 'Restart a service, host by host, and wait until it serves.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> node-exporter+@local -m "after the kernel update"',
  ];

  // oclif reads these from the class itself, not from the one that it extends.
  static override args = LifecycleCommand.args;
  static override flags = LifecycleCommand.flags;

  async run(): Promise<{ outcomes: LifecycleOutcome[] }> {
    return this.runVerb('restart', catalog);
  }
}
