import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCommands } from './lib/cli/command-manifest.ts';
import { complete } from './lib/cli/completion.ts';
import { completionValues, flagValue } from './lib/cli/completion-values.ts';
import { loadInventory } from './lib/inventory/load.ts';
import { packageRoot } from './lib/common/context/package-root.ts';
import { manifestNames } from './registry.ts';

/**
 * Answers a shell that asks what can stand at the cursor: a line a candidate, value and description apart by a tab.
 * `bin/run.js` calls it instead of the CLI, since a key press must not wait for that. What goes wrong is no concern of
 * somebody who pressed TAB: there is nothing to complete then.
 */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const root = packageRoot();
    const { oclif } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      oclif: { topics?: Readonly<Record<string, { description: string }>> };
    };
    const topics = Object.fromEntries(
      Object.entries(oclif.topics ?? {}).map(([name, { description }]) => [name, description]),
    );
    const inventory = () =>
      loadInventory(flagValue(words, '--inventory', '-i'), process.env, manifestNames());
    const candidates = await complete(words, readCommands(root), topics, completionValues(words, inventory));
    process.stdout.write(candidates.map(({ value, description }) => `${value}\t${description}\n`).join(''));
  } catch {
    process.exitCode = 1;
  }
}
