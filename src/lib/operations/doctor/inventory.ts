import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../../common/context/context.ts';
import { standInDirectory } from '../../common/context/directories.ts';
import { checkInventory } from '../inventory/check/check.ts';
import type { Host, InventoryFile } from '../../inventory/inventory.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { pinnedKeys } from '../../fleet/ssh/known-hosts.ts';
import { formatSize } from '../../common/text/size.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Whether the inventory contradicts itself. A lab maps addresses, so there it is for the operator to know. */
export function checkInventoryFile(
  inventory: InventoryFile,
  manifests: readonly Manifest[],
  context: Context | undefined,
): Check {
  const errors = checkInventory({ inventory, manifests }).filter(({ severity }) => severity === 'error');
  const where = `${inventory.hosts.length} hosts in ${inventory.file}`;
  if (errors.length === 0) return ok('inventory', where);
  const codes = [...new Set(errors.map(({ code }) => code))].join(', ');
  const verdict = context?.name === 'lab' ? warn : fail;
  return verdict(
    'inventory',
    `${where}; ${errors.length === 1 ? 'an error' : `${errors.length} errors`}: ${codes}`,
    'unde inventory check',
  );
}

/**
 * Whether every host's key is pinned beside the inventory; without that no connection is made. A host that is still to
 * be created has none yet.
 *
 * @param needed Whether the context is production.
 */
export function checkHostKeys(inventory: InventoryFile, needed: boolean): Check {
  const file = path.join(path.dirname(inventory.file), 'known_hosts');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const unpinned = (hosts: readonly Host[]) =>
    hosts.filter(({ address, ssh }) => pinnedKeys(text, address, ssh.port).length === 0);
  const missing = unpinned(inventory.hosts.filter(({ status }) => status !== 'create'));
  const later = unpinned(inventory.hosts.filter(({ status }) => status === 'create'));
  if (missing.length + later.length === 0)
    return ok('host keys', `all ${inventory.hosts.length} hosts are pinned in ${file}`);
  const names = (hosts: readonly Host[]) => hosts.map(({ name }) => name).join(', ');
  const parts = [
    missing.length === 0 ? '' : `not pinned in ${file}: ${names(missing)}`,
    later.length === 0 ? '' : `${later.length} that are still to be created have no key yet`,
  ].filter((part) => part !== '');
  const some = missing.length > 0 ? missing : later;
  const hint = `unde host bootstrap ${some[0]?.name}${some.length > 1 ? ', and so on' : ''}: it shows the key for comparing with the host's console, and pins it`;
  return needed && missing.length > 0
    ? fail('host keys', parts.join('; '), hint)
    : warn('host keys', parts.join('; '), hint);
}

/** Whether the files that the operator brings are there: models, most of all. Their content is for `unde model check`. */
export function checkAssets(
  inventory: InventoryFile,
  manifests: readonly Manifest[],
  context: Context | undefined,
): Check[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind !== 'service') return [];
    return manifest.assets.flatMap((asset): Check | [] => {
      const name = `${manifest.name} ${asset.key}`;
      const named = inventory.services[manifest.name]?.assets[asset.key];
      if (named === undefined && asset.optional === true) return [];
      const file = named === undefined ? undefined : path.resolve(path.dirname(inventory.file), named);
      if (file !== undefined && existsSync(file))
        return ok(name, `${file}, ${formatSize(statSync(file).size)}`);
      const standIn = path.join(standInDirectory(), asset.name);
      if (context?.name === 'lab' && existsSync(standIn)) {
        return ok(name, `the lab's stand-in ${standIn}, ${formatSize(statSync(standIn).size)}`);
      }
      const message =
        file === undefined
          ? `the inventory names no file under services.${manifest.name}.assets.${asset.key}`
          : `${file} is not there`;
      if (context?.name === 'lab')
        return fail(name, message, 'unde model generate writes a stand-in for labs');
      const hint = `bring it (${asset.purpose}), or unde model generate for labs`;
      return context?.name === 'production' ? fail(name, message, hint) : warn(name, message, hint);
    });
  });
}
