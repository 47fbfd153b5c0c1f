import { checkAddresses } from './addresses.ts';
import { checkCapacity } from './capacity.ts';
import { checkClaims } from './claims.ts';
import type { Finding, CheckSubject, Rule } from './finding.ts';
import { checkMonitoring } from './monitoring.ts';
import { checkNetwork } from './network.ts';
import { checkPlacements } from './placements.ts';
import { checkPorts } from './ports.ts';
import { checkQueues } from './queues.ts';
import { checkQuorums } from './quorums.ts';
import { checkThresholds } from './thresholds.ts';
import { checkTunnels } from './tunnels.ts';

const RULES: readonly Rule[] = [
  checkAddresses,
  checkPorts,
  checkQuorums,
  checkQueues,
  checkCapacity,
  checkTunnels,
  checkNetwork,
  checkPlacements,
  checkMonitoring,
  checkThresholds,
  checkClaims,
];

/** Runs every rule over the fleet: errors first, then in the order of the file. */
export function checkInventory(fleet: CheckSubject): readonly Finding[] {
  return RULES.flatMap((rule) => rule(fleet)).sort(
    (a, b) => a.severity.localeCompare(b.severity) || a.line - b.line,
  );
}
