import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A flag as oclif.manifest.json has it. */
export interface FlagEntry {
  readonly name: string;
  readonly char?: string;
  readonly type: 'boolean' | 'option';
  readonly allowNo?: boolean;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly required?: boolean;
  readonly hidden?: boolean;
}

/** An argument as oclif.manifest.json has it. */
export interface ArgEntry {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly required?: boolean;
  readonly default?: string | number | boolean;
}

/** A command as oclif.manifest.json has it. */
export interface CommandEntry {
  /** Topics and name joined by colons, e.g. `lab:up`. */
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string | readonly string[];
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[];
  readonly hidden?: boolean;
  readonly args: Readonly<Record<string, ArgEntry>>;
  readonly flags: Readonly<Record<string, FlagEntry>>;
}

/** All commands, as the build wrote them down; reading it loads no command. */
export function readCommands(root: string): CommandEntry[] {
  const text = readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8');
  const { commands } = JSON.parse(text) as { commands: Readonly<Record<string, CommandEntry>> };
  return Object.values(commands).filter(({ hidden }) => hidden !== true);
}
