import { describe, expect, it } from 'vitest';
import InventoryShow from '../../../src/commands/inventory/show.ts';
import { capturedRun } from './captured-run.ts';

describe('unde inventory show', () => {
  it('shows both meanings of a name', async () => {
    const { stdout } = await capturedRun(InventoryShow, 'embedder');
    expect(stdout).toContain('embedder  service');
    expect(stdout).toContain('embedder  host');
    expect(stdout).toContain('claimed by etcd-3 too');
  });

  it('shows one where the kind is named', async () => {
    const run = await capturedRun(InventoryShow, 'host:embedder', '--json');
    expect(run.json()).toMatchObject({ host: { id: 'H20' } });
    expect(run.json()).not.toHaveProperty('service');
  });
});
