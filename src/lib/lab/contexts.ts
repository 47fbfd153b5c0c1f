import { readdir } from 'node:fs/promises';
import { labHome, readLabState } from './state.ts';
import { contextLabel, parseContext } from '../common/context/context.ts';

/** A context that a command could act on now. */
export interface ContextEntry {
  readonly context: string;
  /** Hosts of a lab that is up; `undefined` for production, whose hosts the inventory names. */
  readonly hosts?: number;
  readonly note: string;
}

/** The contexts there are: production, and every lab that is up on this machine. */
export async function listContexts(env: NodeJS.ProcessEnv = process.env): Promise<ContextEntry[]> {
  const labs = await Promise.all(
    (await labNames(env)).map(async (name): Promise<ContextEntry[]> => {
      const state = await readLabState(name, env);
      if (state === undefined) return [];
      const context = contextLabel(parseContext(`lab:${name}`, '--context'));
      return [{ context, hosts: state.hosts.length, note: `a lab of ${state.inventory}` }];
    }),
  );
  return [...labs.flat(), { context: 'production', note: 'the fleet of the inventory; a change asks first' }];
}

async function labNames(env: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const entries = await readdir(labHome(env), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && /^[a-z][a-z0-9]{0,11}$/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
