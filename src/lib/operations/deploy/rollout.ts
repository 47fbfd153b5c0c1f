import type { DesiredService } from '../../desired/service.ts';
import type { UndeError } from '../../common/error/unde-error.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { Reached } from '../plan/survey.ts';

/** A generation that is to be put in force somewhere. */
export interface HostMove {
  readonly reached: Reached;
  readonly desired: DesiredService;
  /** Only credentials change that the service takes over while it runs: it is reloaded, and nothing is switched. */
  readonly reloadOnly?: boolean;
}

/** What a deploy reports while it runs, for whoever prints it. */
export type DeployEvent =
  /** What this command is going to move, in order. */
  | {
      readonly kind: 'begin';
      readonly services: readonly { readonly service: string; readonly hosts: number }[];
    }
  | { readonly kind: 'stage'; readonly service: string; readonly text: string }
  | { readonly kind: 'host'; readonly service: string; readonly host: string; readonly text: string }
  /** How a service ended. */
  | { readonly kind: 'end'; readonly service: string; readonly ok: boolean; readonly text: string };

/** How a rollout goes. */
export interface RolloutOptions {
  readonly by: string;
  readonly action: 'deploy' | 'rollback';
  /** Whether the release that is left is marked bad; see {@link DeployIdentity}. */
  readonly abandons?: boolean;
  readonly reason: string;
  /** Fixed batch size after the canary. */
  readonly batch?: number;
  /** Where the values of secrets are; a rollback brings none. */
  readonly store?: SecretStore;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
}

/** What became of one host. */
export interface HostOutcome {
  readonly host: string;
  readonly result: 'ok' | 'failed' | 'returned' | 'untouched' | 'unknown';
  readonly digest: string;
  readonly reason?: string;
  readonly journal?: readonly string[];
}

/** What became of one service's rollout. */
export interface Rollout {
  readonly id: string;
  readonly service: string;
  readonly digest: string;
  readonly hosts: readonly HostOutcome[];
  readonly seconds: number;
  readonly bytesSent: number;
  /** Why nothing of it was switched: what it waits for failed, or the command was ended before its turn. */
  readonly notStarted?: string;
  /** What went wrong before the first switch. */
  readonly error?: UndeError;
}
