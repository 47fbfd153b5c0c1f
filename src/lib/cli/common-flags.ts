import { Args, Flags } from '@oclif/core';
import { UndeError } from '../common/error/unde-error.ts';

/** The flag that names the inventory; every command that reads it has it. */
export const inventoryFlag = {
  inventory: Flags.string({
    char: 'i',
    description: 'inventory file (else UNDE_INVENTORY, ./inventory.yaml, or the one in the package)',
    helpGroup: 'GLOBAL',
  }),
};

const CONTEXT = {
  description: 'lab, lab:NAME or production (else UNDE_CONTEXT, else `unde context use`); no default',
  helpGroup: 'GLOBAL',
};

/** The flag that names the context; every command that touches hosts has it. */
export const contextFlag = { context: Flags.string({ char: 'c', ...CONTEXT }) };

/** The same without its letter, where the letter is another program's habit. */
export const longContextFlag = { context: Flags.string(CONTEXT) };

/** Flags of every command that touches hosts. */
export const fleetOptions = { ...contextFlag, ...inventoryFlag };

/** The flag of every command that changes production: without it the command asks. */
export const confirmOptions = {
  yes: Flags.boolean({ char: 'y', description: 'do not ask before changing production' }),
};

/**
 * `-m`, why something is done.
 *
 * @param use Who reads it, e.g. `written into the ledger`.
 * @param options `required` where {@link requireReason} is called with it; `default` is what stands there without.
 */
export function messageFlag(
  use: string,
  {
    required = false,
    default: standard = '',
  }: { readonly required?: boolean; readonly default?: string } = {},
) {
  return {
    message: Flags.string({
      char: 'm',
      description: `why; ${use}${required ? ' (required)' : ''}`,
      default: standard,
    }),
  };
}

/**
 * Holds a command to its reason, the one way for all that want one.
 *
 * @param what What wants it, e.g. `a silence`.
 * @returns The reason, without blanks around it.
 * @throws UndeError NO_REASON
 */
export function requireReason({ message }: { readonly message: string }, what: string): string {
  const reason = message.trim();
  if (reason !== '') return reason;
  throw new UndeError({
    code: 'NO_REASON',
    message: `${what} needs a reason: somebody will ask`,
    exit: 'usage',
    hint: 'add -m "why"',
  });
}

const UNREACHABLE = { description: 'go on without hosts that cannot be reached' };

/** What is to become of hosts that cannot be reached: without it one is enough to change nothing. */
export const unreachableFlag = { 'skip-unreachable': Flags.boolean(UNREACHABLE) };

/** The same for flags, where it was called otherwise once. */
export const unreachableFlagOfFlags = {
  'skip-unreachable': Flags.boolean({ ...UNREACHABLE, aliases: ['allow-partial'], deprecateAliases: true }),
};

/** How many hosts a batch has. */
export const batchFlag = {
  batch: Flags.integer({ description: 'hosts in a batch after the canary (else 4, 16, …)', min: 1 }),
};

/** Several services of one command, side by side or not. */
export const serialFlag = {
  serial: Flags.boolean({ description: 'one service after the other, instead of side by side' }),
};

/** Whether a plan shows what changes inside files. */
export const diffFlag = {
  diff: Flags.boolean({ description: 'show diffs of files in the plan', default: true, allowNo: true }),
};

/**
 * `--timeout`, in seconds.
 *
 * @param what What is waited for, e.g. `a host may take to answer`.
 */
export function timeoutFlag(
  what: string,
  standard: number,
  { min = 1, max }: { readonly min?: number; readonly max?: number } = {},
) {
  return {
    timeout: Flags.integer({
      description: `how long ${what}, in seconds`,
      default: standard,
      min,
      ...(max === undefined ? {} : { max }),
    }),
  };
}

/**
 * `-n`, how much of a list is shown.
 *
 * @param what What is counted, e.g. `entries to show`.
 */
export function linesFlag(what: string) {
  return { lines: Flags.integer({ char: 'n', description: what, default: 20, min: 1, max: 1000 }) };
}

/** What a selector of each kind is, beside what docs/inventory.md says of all. */
const SELECTORS = {
  placements: 'what: a service, host, group, @site, phase:N, all, or a combination',
  hosts: 'which hosts: a host, group, @site, service, all, or a combination',
  service: 'a service, or a service on some hosts: embedder, node-exporter+@local',
} as const;

/**
 * The argument that selects what a command is about.
 *
 * @param kind What the command works on: services where they are placed, hosts as a whole, or one service.
 */
export function selectorArgument(kind: keyof typeof SELECTORS) {
  return { selector: Args.string({ required: true, description: SELECTORS[kind] }) };
}

/** The same of a command that only looks: without it, everything is looked at. */
export function optionalSelectorArgument(kind: keyof typeof SELECTORS) {
  return { selector: Args.string({ description: SELECTORS[kind], default: 'all' }) };
}
