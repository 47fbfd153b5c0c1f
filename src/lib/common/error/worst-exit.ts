import type { ExitClass } from './exit.ts';

/**
 * Which exit class wins where several are true, the first that is. What was done and left in pieces comes first; then
 * what is not known, since more may be wrong there than is seen; then what is known to be wrong. The classes of errors
 * that end a command at once stand where they would if one command met several, one a host.
 */
export const EXIT_ORDER: readonly ExitClass[] = [
  'internal',
  'mixed',
  'interrupted',
  'unconfirmed',
  'unreachable',
  'failed',
  'locked',
  'refused',
  'config',
  'usage',
  'unhealthy',
  'drift',
  'ok',
];

/** What is true of how a command ended; what is left out is not. */
export type Ending = Partial<Readonly<Record<ExitClass, boolean>>>;

/** The class that a command ends with, of those that are true; `ok` where none is. A pure function. */
export function worstExit(ending: Ending): ExitClass {
  return EXIT_ORDER.find((exit) => ending[exit] === true) ?? 'ok';
}
