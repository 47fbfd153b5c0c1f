import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '@oclif/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FlagsCommand } from '../../src/lib/cli/flags-command.ts';
import { JobCommand } from '../../src/lib/cli/job-command.ts';
import { LifecycleCommand } from '../../src/lib/cli/lifecycle-command.ts';
import { capturedRun } from './inventory/captured-run.ts';
import { ownMachine } from './secrets/operators-own.ts';

type ProductCommand = Command.Class & { readonly changes: boolean | string };

const folder = path.resolve(import.meta.dirname, '../../src/commands');

/** Commands that change nothing in production. A new command must be here, or say what it changes. */
const LOOKS: readonly string[] = [
  ...['completion', 'exit-codes', 'help', 'services'],
  ...['doctor', 'drift', 'history', 'logs', 'plan', 'status'],
  // A photo is asked about, and nothing is kept.
  'recognize',
  // A shell at a terminal: what is done there is asked for word by word.
  'ssh',
  ...['alerts/index', 'alerts/rules', 'db/status', 'host/list', 'model/check', 'model/generate'],
  ...['context/list', 'context/show', 'context/use'],
  ...['embed-batch/failures', 'embed-batch/reconcile', 'embed-batch/status'],
  ...['flags/history', 'flags/list', 'flags/show', 'flags/status'],
  ...['inventory/check', 'inventory/graph', 'inventory/list', 'inventory/show'],
  // Labs are no production; `lab seed` refuses to be there.
  ...['lab/cut', 'lab/down', 'lab/exec', 'lab/heal', 'lab/seed', 'lab/shell', 'lab/status', 'lab/up'],
  ...['network/check', 'network/routeros', 'network/status'],
  // The key of whoever types it.
  'operators/identity',
  ...['operators/list', 'pki/list', 'pki/show', 'schedule/history', 'schedule/list'],
  ...['secrets/check', 'secrets/list', 'secrets/matrix'],
];

/** What asks, in a command itself; the last three are methods of base classes, each of which asks in turn. */
const ASKS = /this\.(?:askBefore|askBeforeJob|makeChange|runVerb)\(/;

/**
 * Changing commands that ask before they reach for any host, with arguments that bring them there. The others look at
 * their hosts first, to show what they would change.
 */
const ASK_AT_ONCE: Readonly<Record<string, readonly string[]>> = {
  'alerts/silence': ['all', '--host', 'push', '--for', '1h', '-m', 'a test'],
  'db/psql': ['production', '--write', '--command', 'SELECT 1'],
  'embed-batch/cancel': [],
  'embed-batch/pause': [],
  'embed-batch/resume': [],
  'embed-batch/start': [],
  exec: ['push', '--', 'true'],
  'operators/add': ['lee', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
  'operators/reencrypt': [],
  'operators/remove': ['kim'],
  'pki/init': [],
  'secrets/generate': [],
  'secrets/set': ['alertmanager-telegram-token', '--file', '/dev/null'],
};

const files = globSync('**/*.ts', { cwd: folder })
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const commands = new Map<string, ProductCommand>();
beforeAll(async () => {
  for (const name of files) {
    const module = (await import(path.join(folder, `${name}.ts`))) as { default: ProductCommand };
    commands.set(name, module.default);
  }
});

describe('every command', () => {
  it.each(files)('%s looks only, or says that it changes production and takes --yes', (name) => {
    const command = commands.get(name);
    const changes = (command?.changes ?? false) !== false;
    expect(changes).toBe(!LOOKS.includes(name));
    expect(Object.keys(command?.flags ?? {}).includes('yes')).toBe(changes);
  });

  it.each(files.filter((name) => !LOOKS.includes(name)))('%s asks', (name) => {
    const command = commands.get(name);
    if (typeof command?.changes === 'string') expect(command.changes).toMatch(/^[A-Z].*\.$/);
    else expect(String(command)).toMatch(ASKS);
  });

  it('asks where its base class is what asks', () => {
    for (const base of [FlagsCommand, JobCommand, LifecycleCommand])
      expect(String(base)).toMatch(/this\.askBefore\(/);
  });
});

describe('in production, with nobody at a terminal', { timeout: 60_000 }, () => {
  let inventory: string;

  beforeAll(async () => {
    inventory = path.join(await ownMachine(), 'inventory.yaml');
    // Were a command to go on without asking, it would find nobody: all hosts are this machine, where no such port is open.
    let next = 1;
    const safe = readFileSync(inventory, 'utf8').replace(
      /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(?!\/)/g,
      () => `127.77.${next >> 8}.${next++ & 255}`,
    );
    writeFileSync(inventory, safe);
  }, 60_000);
  afterAll(() => vi.unstubAllEnvs());

  it.each(Object.entries(ASK_AT_ONCE))('%s is refused without --yes', async (name, argv) => {
    const command = commands.get(name);
    if (command === undefined) throw new Error(`there is no command ${name}`);
    const run = await capturedRun(command as never, ...argv);
    expect(run.stderr).toContain('NEEDS_YES');
    expect(run.exitCode).toBe(4);
  });
});
