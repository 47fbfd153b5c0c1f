import type { DesiredService } from '../../desired/service.ts';
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
  | { readonly kind: 'stage'; readonly service: string; readonly text: string }
  | { readonly kind: 'host'; readonly service: string; readonly host: string; readonly text: string };

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
}
