import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listContexts } from '../../../src/lib/lab/contexts.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'unde-labs-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('listContexts', () => {
  it('has production, whether or not there has ever been a lab', async () => {
    const none = await listContexts({ UNDE_LAB_HOME: path.join(home, 'missing') });
    expect(none.map(({ context }) => context)).toEqual(['production']);
  });

  it('has each lab that is up, and leaves out folders that are no lab', async () => {
    for (const name of ['default', 'rehearsal', 'image', 'Not-A-Lab']) mkdirSync(path.join(home, name));
    for (const name of ['default', 'rehearsal']) {
      const state = { name, inventory: '/fleet/inventory.yaml', wanDelayMs: 0, hosts: [{ name: 'app' }] };
      writeFileSync(path.join(home, name, 'lab.json'), JSON.stringify(state));
    }
    const contexts = await listContexts({ UNDE_LAB_HOME: home });
    expect(contexts.map(({ context, hosts }) => [context, hosts])).toEqual([
      ['lab', 1],
      ['lab:rehearsal', 1],
      ['production', undefined],
    ]);
  });
});
