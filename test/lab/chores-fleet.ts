import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestFleet } from './fleet.ts';

/** What a test's inventory says otherwise than the shipped one. */
interface Changes {
  /** Any word, so that a deploy has something to change. */
  readonly mark?: string;
  readonly timeZone?: string;
  /** Settings of the Redis on a host. */
  readonly redis?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
}

const root = path.resolve(import.meta.dirname, '../..');

/** Writes the fleet's inventory with the service `chores`, which has jobs and a Redis user, on these hosts. */
export async function placeChores(
  fleet: TestFleet,
  hosts: readonly string[],
  { mark = 'none', timeZone = 'UTC', redis = {} }: Changes = {},
): Promise<void> {
  await fleet.edit((inventory, all) => {
    inventory.time_zone = timeZone;
    inventory.services['chores'] = { settings: { mark } };
    for (const [name, own] of Object.entries(redis)) {
      const host = all[name];
      if (host !== undefined)
        host.settings = { ...host.settings, redis: { ...host.settings?.['redis'], ...own } };
    }
  });
  await fleet.place('chores', hosts);
}

/** Gives the test a release of `chores` of its own, with another manifest than the one in the fixtures. */
export async function releaseChores(fleet: TestFleet, change: (manifest: string) => string): Promise<void> {
  // The fleet looks for all of its own services in one folder.
  await fleet.release('same');
  const folder = path.join(fleet.directory, 'services/chores');
  await mkdir(folder, { recursive: true });
  for (const name of ['main.ts', 'manifest.ts']) {
    const text = await readFile(path.join(root, 'test/fixtures/services/chores', name), 'utf8');
    const moved = text.replaceAll('../../../../src/', `${root}/src/`);
    await writeFile(path.join(folder, name), name === 'manifest.ts' ? change(moved) : moved);
  }
}
