import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/lib/inventory/load.ts';
import { listContexts } from '../../../src/lib/lab/contexts.ts';
import { beginningState, joined, narrowed } from '../../../src/lib/lab/from-saved.ts';
import { originOf } from '../../../src/lib/lab/origin.ts';
import { mergeState, type LabRequest } from '../../../src/lib/lab/request.ts';
import {
  checkSavedName,
  latestOf,
  savedLabs,
  savedLayers,
  type SavedLab,
} from '../../../src/lib/lab/saved.ts';
import { savedUses } from '../../../src/lib/lab/saved-expiry.ts';
import { labFolders } from '../../../src/lib/lab/state.ts';

const inventory = await loadInventory();
const request = (...names: string[]): LabRequest => ({
  name: 'second',
  inventory,
  hosts: inventory.hosts.filter(({ name }) => names.includes(name)),
  bare: false,
  mirror: false,
  objects: false,
  wanDelayMs: undefined,
});
const lab = mergeState(undefined, {
  ...request('push', 'collage'),
  name: 'first',
  objects: true,
  wanDelayMs: 120,
});

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'unde-labs-'));
  env = { UNDE_LAB_HOME: home };
});
afterEach(() => rmSync(home, { recursive: true }));

/** Writes a saved lab, with disks of these hosts. */
function plant(
  id: string,
  change: Partial<SavedLab> = {},
  hosts: readonly string[] = ['push', 'collage'],
): SavedLab {
  const save: SavedLab = {
    id,
    name: 'deployed',
    made: '2026-01-01T00:00:00.000Z',
    lab,
    binding: { inventory: 'i', image: ['base-1'], key: null },
    below: [],
    releases: {},
    bytes: 10,
    superseded: false,
    ...change,
  };
  const folder = path.join(home, 'saved-labs', id);
  for (const host of hosts) mkdirSync(path.join(folder, 'hosts', host, 'disk'), { recursive: true });
  writeFileSync(path.join(folder, 'save.json'), JSON.stringify(save));
  return save;
}

function plantLab(name: string, origin: object): void {
  mkdirSync(path.join(home, name), { recursive: true });
  writeFileSync(path.join(home, name, 'lab.json'), JSON.stringify({ ...lab, name }));
  writeFileSync(path.join(home, name, 'origin.json'), JSON.stringify(origin));
}

describe('saved labs', () => {
  it('count once they have their name, the latest of a name', async () => {
    expect(await savedLabs(env)).toEqual([]);
    plant('deployed-2', { made: '2026-01-02T00:00:00.000Z' });
    plant('deployed-1');
    plant('.making-first');
    plant('.removing-deployed-0');
    mkdirSync(path.join(home, 'saved-labs', 'torn'));
    const saves = await savedLabs(env);
    expect(saves.map(({ id }) => id)).toEqual(['deployed-1', 'deployed-2']);
    expect(latestOf(saves, 'deployed')?.id).toBe('deployed-2');
    expect(latestOf(saves, 'other')).toBeUndefined();
  });

  it('are no labs, and give no context, least of all production', async () => {
    plant('production-1', { name: 'production' });
    plantLab('second', { save: 'production-1' });
    expect(await labFolders(env)).toEqual(['second']);
    expect((await listContexts(env)).map(({ context }) => context)).toEqual(['lab:second', 'production']);
    for (const name of ['production', 'lab:x', 'Saved', 'a-b', '../x', '']) {
      expect(() => checkSavedName(name), name).toThrow(expect.objectContaining({ code: 'BAD_SAVED_NAME' }));
    }
    expect(() => checkSavedName('deployed')).not.toThrow();
  });

  it('begin only machines at the lab’s addresses, whatever stands in their file', () => {
    const hosts = lab.hosts.map((host) => (host.name === 'push' ? { ...host, address: '10.1.0.4' } : host));
    const asked = request('push');
    expect(() => mergeState(beginningState({ ...lab, hosts }, asked), asked)).toThrow(
      expect.objectContaining({ code: 'LAB_CHANGED' }),
    );
  });

  it('begin a lab of another name with the hosts that were chosen, and what serves the lab', () => {
    const state = beginningState(lab, request('push', 'local-redis'));
    expect(state.name).toBe('second');
    expect(state.wanDelayMs).toBe(120);
    expect(state.hosts.map(({ name }) => name)).toEqual(['push', 'lab-objects']);
    expect(narrowed(request('push', 'local-redis'), state).hosts.map(({ name }) => name)).toEqual(['push']);
  });

  it('add what is asked for now to a lab that is up from it', () => {
    const before = mergeState(beginningState(lab, request('push')), request('push'));
    const state = joined(before, beginningState(lab, request('push', 'collage')));
    expect(state.hosts.map(({ name }) => name)).toEqual(['push', 'lab-objects', 'collage']);
    expect(joined(before, beginningState(lab, request('push')))).toEqual(before);
  });
});

describe('savedLayers', () => {
  it('puts a saved lab over those that it lies over, where they have the machine', () => {
    plant('one', {}, ['push']);
    const two = plant('two', { below: ['one'] });
    const disk = (id: string, host: string) => path.join(home, 'saved-labs', id, 'hosts', host, 'disk');
    expect(savedLayers(two, 'push', env)).toEqual([disk('two', 'push'), disk('one', 'push')]);
    expect(savedLayers(two, 'collage', env)).toEqual([disk('two', 'collage')]);
    expect(savedLayers(two, 'local-redis', env)).toEqual([]);
    expect(savedLayers(undefined, 'push', env)).toEqual([]);
  });

  it('refuses to leave out a layer that somebody has deleted', () => {
    const two = plant('two', { below: ['one'] });
    expect(() => savedLayers(two, 'push', env)).toThrow(expect.objectContaining({ code: 'LAB_SAVE_GONE' }));
  });
});

describe('originOf', () => {
  it('is what it was before, until a save is whole', async () => {
    const one = plant('one');
    plantLab('second', { save: 'two', before: 'one' });
    plantLab('third', { save: 'two', before: null });
    expect(await originOf('second', env)).toEqual(one);
    expect(await originOf('third', env)).toBeUndefined();
    const two = plant('two');
    expect(await originOf('second', env)).toEqual(two);
    expect(await originOf('third', env)).toEqual(two);
    expect(await originOf('nobody', env)).toBeUndefined();
  });

  it('says so where it has been deleted', async () => {
    plantLab('second', { save: 'one' });
    await expect(originOf('second', env)).rejects.toThrow(expect.objectContaining({ code: 'LAB_SAVE_GONE' }));
  });
});

describe('savedUses', () => {
  it('names the labs and the saved labs that stand on one, through others too', async () => {
    plant('one', { name: 'lower' });
    plant('two', { name: 'upper', below: ['one'] });
    plant('three', { name: 'free' });
    plantLab('second', { save: 'two' });
    plantLab('third', { save: 'not-yet', before: 'one' });
    const uses = await savedUses(await savedLabs(env), env);
    expect(uses.get('one')).toEqual({ labs: ['second', 'third'], saves: ['upper'] });
    expect(uses.get('two')).toEqual({ labs: ['second'], saves: [] });
    expect(uses.get('three')).toEqual({ labs: [], saves: [] });
  });
});
