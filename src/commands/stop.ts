import { LifecycleCommand } from '../lib/cli/lifecycle-command.ts';
import type { LifecycleOutcome } from '../lib/deploy/lifecycle.ts';
import { catalog } from '../registry.ts';

export default class Stop extends LifecycleCommand {
  static override summary = 'Stop a service; it stays enabled, and starts again at the next boot or deploy.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> node-exporter&@local -m "after the kernel update"',
  ];

  async run(): Promise<{ outcomes: LifecycleOutcome[] }> {
    return this.runVerb('stop', catalog);
  }
}
