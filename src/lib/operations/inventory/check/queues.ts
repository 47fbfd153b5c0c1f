import { type Finding, type CheckSubject, lineOf, listed } from './finding.ts';

/** Queues whose Redis is at another site than those who wait for it, or has no Redis at all. */
export function checkQueues({ inventory }: CheckSubject): readonly Finding[] {
  return Object.entries(inventory.queues).flatMap(([name, queue]) => {
    const host = inventory.hosts.find((each) => each.name === queue.host);
    if (host === undefined) return [];
    const far = inventory.hosts.filter((each) => queue.users.includes(each.name) && each.site !== host.site);
    const findings: Finding[] = [];
    if (far.length > 0) {
      findings.push({
        code: 'QUEUE_CROSSES_SITES',
        severity: 'error',
        message:
          `${name} is on ${host.name} at ${host.site}, and ${listed(far.map((each) => each.name))} ` +
          `would wait for it across the sites; no Redis traffic may cross`,
        line: lineOf(inventory, 'queues', name, 'host'),
        hint: `put it on a Redis at ${far[0]?.site}`,
      });
    }
    if (!host.services.includes('redis')) {
      findings.push({
        code: 'QUEUE_WITHOUT_REDIS',
        severity: 'error',
        message: `${name} is on ${host.name}, where no redis is placed`,
        line: lineOf(inventory, 'queues', name, 'host'),
        hint: 'name a host with redis, or place redis there',
      });
    }
    return findings;
  });
}
