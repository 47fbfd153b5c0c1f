import { copyFileSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import OperatorsAdd from '../../../src/commands/operators/add.ts';
import OperatorsIdentity from '../../../src/commands/operators/identity.ts';
import { capturedRun } from '../inventory/captured-run.ts';

/**
 * An operator's machine: the shipped inventory in a folder of its own, production as the context, and a key that can
 * read its secrets. No host is ever asked.
 *
 * @returns The folder.
 */
export async function ownMachine(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-operator-'));
  copyFileSync(
    path.resolve(import.meta.dirname, '../../../inventory.yaml'),
    path.join(folder, 'inventory.yaml'),
  );
  vi.stubEnv('UNDE_INVENTORY', path.join(folder, 'inventory.yaml'));
  vi.stubEnv('UNDE_CONTEXT', 'production');
  vi.stubEnv('UNDE_AGE_IDENTITY', path.join(folder, 'identity.txt'));
  vi.stubEnv('UNDE_OPERATOR', 'kim@ops');
  vi.stubEnv('UNDE_SECRETS', '');
  const recipient = (await capturedRun(OperatorsIdentity)).stdout.trim();
  await capturedRun(OperatorsAdd, 'kim', recipient, '--yes');
  return folder;
}
