/** Writes the parts of docs/ that repeat what the code says: commands, exit codes, metrics. */
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '@oclif/core';
import { format, resolveConfig } from 'prettier';
import type { CommandEntry } from '../src/lib/cli/command-manifest.ts';
import { commandReference, exitCodeReference, metricReference } from '../src/lib/cli/reference.ts';
import { EXIT_CODES } from '../src/lib/common/error/exit.ts';
import { allManifests } from '../src/registry.ts';

const root = path.resolve(import.meta.dirname, '..');

/** The generated files by their path in the package. */
export async function generatedDocs(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/commands.md': await formatted(commandReference(await allCommands())),
    'docs/exit-codes.md': await formatted(exitCodeReference(EXIT_CODES)),
    'docs/metrics.md': await formatted(metricReference(await allManifests())),
  };
}

/** All commands, from source: the reference must not depend on what was built last. */
async function allCommands(): Promise<CommandEntry[]> {
  const folder = path.join(root, 'src/commands');
  const entries = await Promise.all(
    globSync('**/*.ts', { cwd: folder }).map(async (file) => {
      const module = (await import(path.join(folder, file))) as { default: Command.Class };
      return entryOf(commandId(file), module.default);
    }),
  );
  return entries.filter(({ hidden }) => hidden !== true);
}

/** What oclif calls the command of a file below src/commands: `alerts/index.ts` is `alerts`, its topic's own. */
export function commandId(file: string): string {
  return file.replace(/(\/index)?\.ts$/, '').replaceAll('/', ':');
}

function entryOf(id: string, command: Command.Class): CommandEntry {
  const json = { type: 'boolean', description: 'print data as JSON' };
  const flags = { ...command.flags, ...(command.enableJsonFlag ? { json } : {}) };
  const named = (record: object) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, { ...(value as object), name }]));
  return {
    id,
    summary: command.summary,
    description: command.description,
    usage: command.usage,
    examples: command.examples,
    hidden: command.hidden,
    args: named(command.args),
    flags: named(flags),
  } as unknown as CommandEntry;
}

async function formatted(text: string): Promise<string> {
  const options = await resolveConfig(path.join(root, 'docs/commands.md'));
  return format(text, { ...options, parser: 'markdown' });
}

if (import.meta.main) {
  for (const [file, text] of Object.entries(await generatedDocs()))
    writeFileSync(path.join(root, file), text);
}
