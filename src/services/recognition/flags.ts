import type { FlagSpec } from '../../lib/manifest/flag.ts';

/** The flags that recognition reads. */
export const flags = [
  {
    name: 'TAGGING_MODE',
    type: 'enum',
    values: ['always', 'on_demand', 'off'],
    default: 'on_demand',
    emergency: 'always',
    purpose: 'when to call Ximilar /tag: every request, or only when search is unsure',
  },
  {
    name: 'AVAILABILITY_WINDOW',
    type: 'interval',
    default: '24 hours',
    purpose: 'freshness window of raw_availability',
  },
  {
    name: 'MIN_CANDIDATES',
    type: 'int',
    range: [0, 50],
    default: '3',
    purpose: 'fewer candidates than this after the availability filter: the next ones are asked for',
  },
] as const satisfies readonly FlagSpec[];
