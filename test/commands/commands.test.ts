import { globSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '@oclif/core';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../../src/commands');
const files = globSync('**/*.ts', { cwd: folder }).sort();
/** These hand the terminal over, or are read by people only. */
const WITHOUT_JSON: readonly string[] = ['lab/shell.ts', 'help.ts'];

describe('every command', () => {
  const commands = new Map<string, Command.Class>();

  beforeAll(async () => {
    for (const file of files) {
      const module = (await import(path.join(folder, file))) as { default: Command.Class };
      commands.set(file, module.default);
    }
  });

  it.each(files)('%s has a summary, examples, and --json', (file) => {
    const command = commands.get(file);
    expect(command?.summary).toMatch(/[.;]$|\.$/);
    expect(command?.summary?.length).toBeLessThan(110);
    expect(command?.examples?.length).toBeGreaterThan(0);
    expect(command?.enableJsonFlag).toBe(!WITHOUT_JSON.includes(file));
  });
});
