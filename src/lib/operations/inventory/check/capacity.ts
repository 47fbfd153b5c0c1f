import { type Finding, type CheckSubject, hostLine, lineOf } from './finding.ts';

/** Hosts larger than their site has machines, huge pages larger than memory, stages with too few shards. */
export function checkCapacity(fleet: CheckSubject): readonly Finding[] {
  return [...oversized(fleet), ...hugePages(fleet), ...growth(fleet)];
}

/** Memory that huge pages of 2 MB take, in GB of 1024 MB, as providers count memory. */
export function hugePagesGb(pages: number): number {
  return (pages * 2) / 1024;
}

function oversized({ inventory }: CheckSubject): Finding[] {
  return inventory.hosts.flatMap((host) => {
    const largest = inventory.sites.find(({ name }) => name === host.site)?.largestHost;
    if (largest === undefined) return [];
    const over = [
      ...((host.vcpu ?? 0) > largest.vcpu ? [`${host.vcpu} vCPU, where ${largest.vcpu} is the most`] : []),
      ...((host.ramGb ?? 0) > largest.ramGb ? [`${host.ramGb} GB, where ${largest.ramGb} is the most`] : []),
    ];
    if (over.length === 0) return [];
    return {
      code: 'HOST_TOO_LARGE',
      severity: 'error',
      message: `${host.name} is to have ${over.join(', and ')} to be had at ${host.site}`,
      line: hostLine(inventory, host, (host.vcpu ?? 0) > largest.vcpu ? 'vcpu' : 'ram_gb'),
      hint: 'make it smaller, or split what it runs',
    };
  });
}

function hugePages({ inventory }: CheckSubject): Finding[] {
  return inventory.hosts.flatMap((host) => {
    if (host.hugePages === undefined || host.ramGb === undefined) return [];
    const gb = hugePagesGb(host.hugePages);
    if (gb < host.ramGb) return [];
    return {
      code: 'HUGE_PAGES_EXCEED_RAM',
      severity: 'error',
      message: `${host.hugePages} huge pages of 2 MB are ${gb.toFixed(1)} GB, and ${host.name} has ${host.ramGb} GB`,
      line: hostLine(inventory, host, 'huge_pages'),
      hint: 'huge pages need to hold shared_buffers, a quarter of the memory: 4400 for 8 GB',
    };
  });
}

function growth({ inventory }: CheckSubject): Finding[] {
  const plan = inventory.growth;
  return (plan?.stages ?? []).flatMap((stage, index) => {
    const room = stage.shards * (plan?.usersPerShard ?? 0);
    if (room >= stage.users) return [];
    const needed = Math.ceil(stage.users / (plan?.usersPerShard ?? 1));
    return {
      code: 'SHARDS_TOO_FEW',
      severity: 'warning',
      message:
        `stage ${stage.name}: ${stage.shards} shards × ${plan?.usersPerShard} users carry ${room}, ` +
        `not ${stage.users}`,
      line: lineOf(inventory, 'growth', 'stages', index),
      hint: `plan ${needed} shards for it, or fewer users`,
    };
  });
}
