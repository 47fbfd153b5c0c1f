import { listContexts } from '../lab/contexts.ts';
import type { InventoryFile } from '../inventory/inventory.ts';
import { readLabState } from '../lab/state.ts';
import type { ValueKind, Values } from './completion.ts';

/**
 * Values from the inventory and from the labs of this machine.
 *
 * @param words The whole command line, for a lab that is named on it.
 */
export function completionValues(words: readonly string[], inventory: () => Promise<InventoryFile>): Values {
  return async (kind: ValueKind) => {
    switch (kind) {
      case 'context':
        return (await listContexts()).map(({ context }) => context);
      case 'lab':
        return (await listContexts()).flatMap(({ context }) => labName(context) ?? []);
      case 'machine': {
        const lab = await readLabState(flagValue(words, '--name', '-n') ?? 'default');
        return ['wan', ...(lab?.hosts.map(({ name }) => name) ?? [])];
      }
      case 'host':
        return (await inventory()).hosts.map(({ name }) => name);
      case 'service':
        return servicesOf(await inventory());
      case 'name':
        return names(await inventory());
      case 'selector': {
        const fleet = await inventory();
        return ['all', ...names(fleet), ...fleet.sites.map(({ name }) => `@${name}`)];
      }
      default:
        return [];
    }
  };
}

function names(fleet: InventoryFile): string[] {
  return [...servicesOf(fleet), ...fleet.hosts.map(({ name }) => name), ...Object.keys(fleet.groups)];
}

function servicesOf(fleet: InventoryFile): string[] {
  return [...new Set(fleet.hosts.flatMap(({ services }) => services))];
}

function labName(context: string): string | undefined {
  if (context === 'lab') return 'default';
  return context.startsWith('lab:') ? context.slice(4) : undefined;
}

/** What a flag says on a command line, written apart or with an equals sign. */
export function flagValue(words: readonly string[], long: string, short: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${long}=`));
  if (joined !== undefined) return joined.slice(long.length + 1);
  const at = words.findIndex((word) => word === long || word === short);
  return at < 0 ? undefined : words[at + 1];
}
