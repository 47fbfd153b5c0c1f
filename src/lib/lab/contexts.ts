import { labFolders, readLabState } from './state.ts';
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
    (await labFolders(env)).map(async (name): Promise<ContextEntry[]> => {
      const state = await readLabState(name, env);
      if (state === undefined) return [];
      const context = contextLabel(parseContext(`lab:${name}`, '--context'));
      return [{ context, hosts: state.hosts.length, note: `a lab of ${state.inventory}` }];
    }),
  );
  return [...labs.flat(), { context: 'production', note: 'the fleet of the inventory; a change asks first' }];
}
