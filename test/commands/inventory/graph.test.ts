import { describe, expect, it } from 'vitest';
import InventoryGraph from '../../../src/commands/inventory/graph.ts';
import { capturedRun } from './captured-run.ts';

describe('unde inventory graph', () => {
  it('draws a tree of what was selected', async () => {
    const { stdout } = await capturedRun(InventoryGraph, '@local');
    expect(stdout).toContain('├─ local-app');
    expect(stdout).not.toContain('helsinki');
  });

  it.each([
    ['dot', 'digraph fleet {'],
    ['mermaid', 'flowchart LR'],
  ])('draws as %s', async (format, first) => {
    expect((await capturedRun(InventoryGraph, '--format', format)).stdout.split('\n')[0]).toBe(first);
  });

  it('refuses a format that there is not', async () => {
    const { stderr, exitCode } = await capturedRun(InventoryGraph, '--format', 'png');
    expect(stderr).toContain('png');
    expect(exitCode).toBe(2);
  });
});
