import type { FlagSpec } from '../../lib/manifest/flag.ts';

/** The flags that the gateway reads. */
export const flags = [
  {
    name: 'SEARCH_BACKEND',
    type: 'enum',
    values: ['ximilar', 'pgvector', 'conditional', 'dual'],
    default: 'conditional',
    emergency: 'ximilar',
    purpose: 'search mode: phase 1 = ximilar, phase 2+ = conditional',
  },
  {
    name: 'CONFIDENCE_THRESHOLD',
    type: 'float',
    range: [0, 1],
    default: '0.80',
    purpose: 'pgvector top-1 score at or above which the Ximilar booster is skipped',
  },
  {
    name: 'MARGIN',
    type: 'float',
    range: [0, 1],
    default: '0.10',
    purpose: 'least gap top1 - top2 for a confident pgvector answer',
  },
] as const satisfies readonly FlagSpec[];
