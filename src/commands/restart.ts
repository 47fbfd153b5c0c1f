import { LifecycleCommand } from '../lib/cli/lifecycle-command.ts';
import type { LifecycleOutcome } from '../lib/deploy/lifecycle.ts';
import { catalog } from '../registry.ts';

export default class Restart extends LifecycleCommand {
  static override summary = 'Restart a service, host by host, and wait until it serves.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> node-exporter&@local -m "after the kernel update"',
  ];

  async run(): Promise<{ outcomes: LifecycleOutcome[] }> {
    return this.runVerb('restart', catalog);
  }
}
