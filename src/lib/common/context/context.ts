import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../error/unde-error.ts';
import { configDirectory } from './directories.ts';

/** The two worlds that a command can act on. There is no default. */
export type ContextName = 'lab' | 'production';

/** Which fleet a command acts on, and how that was decided. */
export interface Context {
  readonly name: ContextName;
  /** The lab's name; only in the lab context. */
  readonly lab: string;
  /** What decided it, for the line that every command prints. */
  readonly from: '--context' | 'UNDE_CONTEXT' | 'unde context use';
}

const NAMES: readonly string[] = ['lab', 'production'];
const LAB_NAME = /^[a-z][a-z0-9]{0,11}$/;

/** The file that `unde context use` writes. */
export function contextFile(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(configDirectory(env), 'context');
}

/**
 * Decides the context: the flag, else `UNDE_CONTEXT`, else what `unde context use` stored. `lab:NAME` names one
 * of several labs; `lab` alone is the lab called `default`.
 *
 * @throws UndeError NO_CONTEXT when nothing says it, BAD_CONTEXT when what says it is not a context.
 */
export function resolveContext(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): Context {
  if (flag !== undefined) return parseContext(flag, '--context');
  if (env['UNDE_CONTEXT']) return parseContext(env['UNDE_CONTEXT'], 'UNDE_CONTEXT');
  const stored = storedContext(env);
  if (stored !== undefined) return parseContext(stored, 'unde context use');
  throw new UndeError({
    code: 'NO_CONTEXT',
    message: 'no context: this command touches hosts, and has no default for which',
    exit: 'refused',
    hint: 'add --context lab or --context production, set UNDE_CONTEXT, or run: unde context use lab',
  });
}

/** Parses `lab`, `lab:NAME` or `production`. */
export function parseContext(text: string, from: Context['from']): Context {
  const [name = '', lab = 'default', ...rest] = text.trim().split(':');
  if (!NAMES.includes(name) || rest.length > 0 || (name === 'production' && text.includes(':'))) {
    throw new UndeError({
      code: 'BAD_CONTEXT',
      message: `"${text}" (from ${from}) is not a context`,
      exit: 'usage',
      hint: 'contexts are: lab, lab:NAME, production',
    });
  }
  if (name === 'lab' && !LAB_NAME.test(lab)) {
    throw new UndeError({
      code: 'BAD_LAB_NAME',
      message: `"${lab}" cannot name a lab: it takes 1 to 12 lower-case letters and digits, a letter first`,
      exit: 'usage',
      hint: 'for example: --context lab:rehearsal',
    });
  }
  return { name: name as ContextName, lab: name === 'lab' ? lab : '', from };
}

/**
 * The context, where having none is no error.
 *
 * @throws UndeError BAD_CONTEXT
 */
export function contextIfAny(flag: string | undefined): Context | undefined {
  try {
    return resolveContext(flag);
  } catch (error) {
    if (error instanceof UndeError && error.code === 'NO_CONTEXT') return undefined;
    throw error;
  }
}

/** What `unde context use` stored last, if anything. */
export function storedContext(env: NodeJS.ProcessEnv = process.env): string | undefined {
  try {
    const text = readFileSync(contextFile(env), 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Stores a context for the commands to come. */
export async function storeContext(context: Context, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await mkdir(configDirectory(env), { recursive: true });
  await writeFile(contextFile(env), `${contextLabel(context)}\n`);
}

/** How a context is written: `production`, `lab` or `lab:NAME`. */
export function contextLabel(context: Context): string {
  if (context.name === 'production') return 'production';
  return context.lab === 'default' ? 'lab' : `lab:${context.lab}`;
}
