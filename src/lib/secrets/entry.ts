import { UndeError } from '../common/error/unde-error.ts';
import type { IndexEntry } from './index-file.ts';
import type { SecretEntry } from './store.ts';

/** The secret that holds the fleet's own authority: its key, and its certificate as the public half. */
export const AUTHORITY = 'authority';

/** An entry of the index as the rest of the product sees it. */
export function entryOf(name: string, { kind, next, rotation, ...current }: IndexEntry): SecretEntry {
  return {
    name,
    kind,
    version: current.version,
    changed: current.changed,
    by: current.by,
    public: current.public,
    ...(next === undefined ? {} : { next: next.version }),
    rotation,
    ...(next?.public === undefined ? {} : { nextPublic: next.public }),
  };
}

/** The error of a value that the store does not have. */
export function missingSecret(name: string, which: 'current' | 'next'): UndeError {
  return new UndeError({
    code: 'SECRET_MISSING',
    message:
      which === 'current' ? `there is no secret "${name}" yet` : `the secret "${name}" is not being rotated`,
    exit: 'config',
    hint:
      which === 'current'
        ? `unde secrets generate makes what can be made; a vendor's is brought: unde secrets set ${name}`
        : `unde secrets rotate ${name}`,
  });
}
