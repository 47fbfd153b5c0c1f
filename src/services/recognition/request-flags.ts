import type { FlagSnapshot } from '../../lib/runtime/flags/snapshot.ts';
import type { flags } from './flags.ts';
import type { RecognitionFlags } from './ports.ts';

/** The flags as one request takes them. */
export function recognitionFlags({ version, values }: FlagSnapshot<typeof flags>): RecognitionFlags {
  return {
    version,
    taggingMode: values.TAGGING_MODE,
    availabilityWindowMs: values.AVAILABILITY_WINDOW,
    minCandidates: values.MIN_CANDIDATES,
  };
}
