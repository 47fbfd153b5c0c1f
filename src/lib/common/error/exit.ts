/**
 * The one table of exit codes. `unde exit-codes` and docs/exit-codes.md print it, and no command picks a number of its
 * own. One passes on a number that is not ours: `unde ssh HOST -- COMMAND` ends with the code of COMMAND.
 */
const TABLE = {
  ok: { code: 0, meaning: 'Everything that was asked for is so.' },
  internal: { code: 1, meaning: 'A fault of the tool itself: please report it.' },
  usage: { code: 2, meaning: 'The command line or another input is wrong; nothing was touched.' },
  config: {
    code: 3,
    meaning: 'The inventory, a manifest, a plan or a model file is wrong; nothing was touched.',
  },
  refused: {
    code: 4,
    meaning: 'Refused for safety: no context, an unpinned host key, a held port, a declined confirmation.',
  },
  unreachable: { code: 5, meaning: 'A host could not be reached, or did not answer in time.' },
  locked: { code: 6, meaning: 'Somebody else holds the lock.' },
  failed: { code: 7, meaning: 'The change failed; what had been moved was moved back.' },
  mixed: {
    code: 8,
    meaning: 'The change failed, and some hosts could not be moved back: the fleet is mixed.',
  },
  drift: {
    code: 9,
    meaning:
      '`unde drift`, `unde network routeros --check`: hosts, or the router, differ from what the inventory and the manifests say.',
  },
  unhealthy: {
    code: 10,
    meaning:
      '`unde status`, `unde flags status`, `unde alerts`, `unde doctor`, `unde inventory check`, `unde network`, `unde secrets check`, `unde embed-batch reconcile`: the answer is in, and something is wrong.',
  },
  unconfirmed: {
    code: 11,
    meaning: '`unde flags`: the change is written, but a process did not confirm in time that it runs it.',
  },
  interrupted: { code: 130, meaning: 'Interrupted by the operator (Ctrl-C).' },
} as const;

/** The name of a row of the exit table. */
export type ExitClass = keyof typeof TABLE;

/** A row of the exit table. */
export interface ExitCode {
  readonly code: number;
  readonly name: ExitClass;
  readonly meaning: string;
}

/** The exit table in the order of its codes. */
export const EXIT_CODES: readonly ExitCode[] = Object.entries(TABLE).map(([name, row]) => ({
  ...row,
  name: name as ExitClass,
}));

/** The code of each exit class. */
export const EXIT = Object.fromEntries(EXIT_CODES.map(({ name, code }) => [name, code])) as {
  readonly [Name in ExitClass]: (typeof TABLE)[Name]['code'];
};
