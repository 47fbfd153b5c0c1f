import { didYouMean } from '../../../common/text/did-you-mean.ts';
import type { Claim, Host, InventoryFile } from '../../../inventory/inventory.ts';
import { hugePagesGb } from './capacity.ts';
import { type Finding, type CheckSubject, lineOf } from './finding.ts';

type Value = string | number | boolean | null;

/** Host keys that a claim may speak of, as the file writes them. */
const HOST_KEYS: Readonly<Record<string, (host: Host) => Value | undefined>> = {
  id: (host) => host.id,
  address: (host) => host.address,
  status: (host) => host.status,
  phase: (host) => host.phase,
  vcpu: (host) => host.vcpu,
  ram_gb: (host) => host.ramGb,
  type: (host) => host.type,
  storage: (host) => host.storage,
  eur_month: (host) => host.eurMonth,
  huge_pages: (host) => host.hugePages,
};

/** What other documents say that this file does not, and what would come of believing them. */
export function checkClaims({ inventory }: CheckSubject): readonly Finding[] {
  return inventory.claims.flatMap((claim): Finding[] => {
    const line = lineOf(inventory, 'claims', claim.source, claim.subject, claim.key);
    const known = keysOf(inventory, claim.subject);
    if (!(claim.key in known)) {
      return [
        {
          code: 'CLAIM_ABOUT_NOTHING',
          severity: 'error',
          message: `the claim of ${claim.source} about ${claim.subject} names "${claim.key}", which it does not have`,
          line,
          hint: didYouMean(claim.key, Object.keys(known)) ?? `it has: ${Object.keys(known).join(', ')}`,
        },
      ];
    }
    const here = known[claim.key];
    if (here === claim.says) return [];
    const why = consequence(inventory, claim);
    return [
      {
        code: 'CLAIM_CONTRADICTED',
        severity: 'warning',
        message:
          `${claim.source}: ${claim.subject} has ${claim.key} ${claim.says}; ` +
          `here ${here === undefined ? 'it has none' : `it is ${here}`}${why === undefined ? '' : ` (${why})`}`,
        line,
        hint: `this file wins; correct the ${claim.source}, then delete the claim`,
      },
    ];
  });
}

function keysOf(inventory: InventoryFile, subject: string): Readonly<Record<string, Value | undefined>> {
  if (subject === 'thresholds') return inventory.thresholds;
  const queue = inventory.queues[subject];
  if (queue !== undefined) return { host: queue.host };
  const host = inventory.hosts.find(({ name }) => name === subject);
  if (host === undefined) return {};
  return Object.fromEntries(Object.entries(HOST_KEYS).map(([key, read]) => [key, read(host)]));
}

/** What makes a claim more than a slip of the pen. */
function consequence(inventory: InventoryFile, { subject, key, says }: Claim): string | undefined {
  const { hosts } = inventory;
  const host = hosts.find(({ name }) => name === subject);
  const site = inventory.sites.find(({ name }) => name === host?.site);
  if (key === 'address' || key === 'id') {
    const owners = hosts.filter((other) => other.name !== subject && other[key] === says);
    if (owners.length > 0) return `${says} is ${owners.map(({ name }) => name).join(' and ')} now`;
  }
  if (key === 'huge_pages' && host?.ramGb !== undefined && hugePagesGb(Number(says)) >= host.ramGb) {
    return `${says} × 2 MB are ${hugePagesGb(Number(says)).toFixed(1)} GB, and it has ${host.ramGb} GB`;
  }
  if (key === 'ram_gb' && site?.largestHost !== undefined && Number(says) > site.largestHost.ramGb) {
    return `${site.name} has no machine above ${site.largestHost.ramGb} GB`;
  }
  const queue = inventory.queues[subject];
  const claimed = hosts.find(({ name }) => name === says);
  const far = hosts.filter(({ name, site: at }) => queue?.users.includes(name) && at !== claimed?.site);
  if (queue !== undefined && claimed !== undefined && far.length > 0) {
    return `no Redis traffic may cross sites, and ${far.map(({ name }) => name).join(' and ')} would wait for ${claimed.site}`;
  }
  return undefined;
}
