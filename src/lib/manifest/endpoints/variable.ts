import { UndeError } from '../../common/error/unde-error.ts';

/** An environment variable's value, without spaces around it; one that is empty counts as absent. */
export function readVariable(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return env[name]?.trim() || undefined;
}

/**
 * The error for a variable that the manifest renders from the inventory, and that a service cannot use.
 *
 * @param form What it should look like, e.g. `HOST:PORT`.
 * @param source What of the inventory it follows from.
 */
export function badVariable(name: string, env: NodeJS.ProcessEnv, form: string, source: string): UndeError {
  return new UndeError({
    code: 'BAD_SETTING',
    message: `${name}: "${readVariable(name, env) ?? ''}" is not ${form}`,
    exit: 'config',
    hint: `it follows from the inventory: ${source}`,
  });
}
