import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { operatorRanges } from './addresses.ts';

/** Who may log in to a host. */
export interface SshAccess {
  readonly port: number;
  /** Addresses and networks of operators; empty: anybody may. */
  readonly management: readonly string[];
  /** The hosts that the inventory says are gone through to reach this one. */
  readonly jumps: readonly Host[];
}

/**
 * Who may log in to a host.
 *
 * @param management What the inventory says of the operators' networks.
 */
export function sshAccess(scope: RenderScope, host: Host, management: readonly string[]): SshAccess {
  return {
    // A lab's machines all listen where sshd does by itself.
    port: scope.context === 'lab' ? 22 : host.ssh.port,
    management: operatorRanges(scope, management),
    jumps: scope.hosts.filter(({ name }) => name === host.ssh.jump),
  };
}
