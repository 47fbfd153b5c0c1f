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

/** Commands that change nothing in production, by topic. A new command must be here, or say that it changes something. */
const LOOKS_BY_TOPIC: Readonly<Record<string, string>> = {
  // `recognize` asks about a photo and keeps nothing; at the terminal of `ssh`, everything is typed word by word.
  '': 'completion doctor drift exit-codes help history logs plan recognize services ssh status',
  alerts: 'index rules',
  context: 'list show use',
  db: 'status',
  'embed-batch': 'failures reconcile status',
  flags: 'history list show status',
  host: 'list',
  inventory: 'check graph list show',
  // Labs are no production; `lab seed` refuses to be there.
  lab: 'clock cut down exec forget heal list save seed shell status up',
  model: 'check generate',
  network: 'check routeros status',
  // The identity is the key of whoever types it.
  operators: 'identity list',
  pki: 'list show',
  schedule: 'history list',
  secrets: 'check list matrix',
};
const LOOKS = Object.entries(LOOKS_BY_TOPIC).flatMap(([topic, names]) =>
  names.split(' ').map((name) => path.join(topic, name)),
);

/** What asks, in a command itself; all but the first are methods of base classes, which ask in turn. */
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
    const run = await capturedRun(command, ...argv);
    expect(run.stderr).toContain('NEEDS_YES');
    expect(run.exitCode).toBe(4);
  });
});
