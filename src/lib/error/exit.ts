/**
 * The one table of exit codes. `unde help exit-codes` and docs/generated print it; nothing else in the
 * product picks a number of its own.
 */
export const EXIT = {
  /** Everything that was asked for is so. */
  ok: 0,
  /** A fault of the tool itself: please report it. */
  internal: 1,
  /** The command line or another input is wrong; nothing was touched. */
  usage: 2,
  /** The inventory, a manifest, a plan or a model file is wrong; nothing was touched. */
  config: 3,
  /** Refused for safety: no context, an unpinned host key, a held port, a declined confirmation. */
  refused: 4,
  /** A host could not be reached, or did not answer in time. */
  unreachable: 5,
  /** Somebody else holds the lock. */
  locked: 6,
  /** The change failed; what had been moved was moved back. */
  failed: 7,
  /** The change failed, and some hosts could not be moved back: the fleet is mixed. */
  mixed: 8,
  /** `unde drift`: hosts differ from what the inventory and the manifests say. */
  drift: 9,
  /** `unde status`, `unde doctor`, `unde inventory check`: the answer is in, and something is wrong. */
  unhealthy: 10,
  /** Interrupted by the operator (Ctrl-C). */
  interrupted: 130,
} as const;

/** The name of a row of the exit table. */
export type ExitClass = keyof typeof EXIT;
