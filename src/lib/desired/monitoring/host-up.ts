import { PROBE_KINDS } from './probes.ts';

/**
 * PromQL by host and site: 1 while anything on the host answers, a ping included, and 0 once nothing does. A host whose
 * exporter alone has died is up.
 */
export const HOST_UP = `max by (host, site) (up{job!~"${PROBE_KINDS.join('|')}"} or probe_success{job="ping"})`;
