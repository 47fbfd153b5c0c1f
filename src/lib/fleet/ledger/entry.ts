import { STATE } from '../../common/layout/layout.ts';
import { shellScript } from '../../common/shell/script.ts';

/** The ledger's file on a host: one line of JSON an entry, oldest first. */
export const LEDGER = `${STATE}/ledger.jsonl`;

/** What an operator did about a scheduled job of a service, which itself did not change. */
export type JobAction = 'run' | 'pause' | 'resume';

/** What an operator did to a host as a whole; the service is `host` then. */
export type HostAction = 'reboot' | 'patch' | 'drain' | 'undrain';

/** What a line of a host's ledger records. */
export interface LedgerEntry {
  /** Id of the deploy, the same on every host that it moved. */
  readonly id: string;
  /** Seconds since the epoch, by the host's clock. */
  readonly at: number;
  /** user@machine of the operator. */
  readonly who: string;
  readonly action:
    | 'deploy'
    | 'rollback'
    | 'return'
    | 'start'
    | 'stop'
    | 'restart'
    | 'migrate'
    | 'flags'
    | JobAction
    | HostAction;
  readonly service: string;
  /** Digest that the host runs after this entry; empty where it runs none. */
  readonly digest: string;
  /** Digest that it ran before. */
  readonly from: string;
  /**
   * `ok`: confirmed over a fresh connection. `failed`: the gate said no, and the host went back. `returned`: the host
   * went back because nobody confirmed, or because a later batch failed.
   */
  readonly result: 'ok' | 'failed' | 'returned';
  readonly seconds: number;
  /** Why, where it did not simply work. */
  readonly reason: string;
}

/** Reads one ledger line; `undefined` for a damaged one, which is passed over rather than trusted. */
export function parseLedgerLine(line: string): LedgerEntry | undefined {
  try {
    const entry = JSON.parse(line) as LedgerEntry;
    return typeof entry.at === 'number' && typeof entry.service === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A line for the ledger but for its time, which the host's clock gives: it stands there as `"at":0`. */
export function untimedLedgerLine(entry: Omit<LedgerEntry, 'at'>): string {
  const { id, ...rest } = entry;
  return JSON.stringify({ id, at: 0, ...rest });
}

/**
 * Bash functions that append to the ledger on the host itself, so that what happens at 3 a.m. without an operator
 * is written down too. One short append is atomic.
 */
export function ledgerFunctions(): string {
  return shellScript({ ledger_file: LEDGER }, 'lib/fleet/ledger/ledger.sh');
}
