import type { Context } from '../context/context.ts';

/** Everything that is needed to open an SSH connection to a host, in its context. */
export interface Target {
  readonly context: Context;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string | undefined;
  readonly knownHostsFile: string;
  readonly jump: Target | undefined;
  readonly timeoutMs: number;
}
