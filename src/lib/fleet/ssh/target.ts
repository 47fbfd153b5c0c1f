import type { Context } from '../../common/context/context.ts';

/** Everything that is needed to open an SSH connection to a host, in its context. */
export interface SshTarget {
  readonly context: Context;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string | undefined;
  /** For the first contact with a server that knows no key of ours yet; a key is not tried then. */
  readonly password?: string;
  readonly knownHostsFile: string;
  readonly jump: SshTarget | undefined;
  readonly timeoutMs: number;
}

/** A target, and the jump host that it is reached through, with at most so long for each login, in milliseconds. */
export function withTimeout(target: SshTarget, timeoutMs: number): SshTarget {
  return {
    ...target,
    timeoutMs: Math.min(target.timeoutMs, timeoutMs),
    jump: target.jump === undefined ? undefined : withTimeout(target.jump, timeoutMs),
  };
}
