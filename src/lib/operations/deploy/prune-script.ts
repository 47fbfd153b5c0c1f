import { STATE, serviceDirectory } from '../../common/layout/layout.ts';
import { shellScript } from '../../common/shell/script.ts';

/**
 * Removes what is no longer needed: releases and generations beyond the newest ones, deploys of long ago, blobs that
 * no release links to, and what a deploy that was killed left half-made. What runs, what a rollback would pick, and
 * what the kept deploys would go back to always stays.
 */
export function pruneScript(service: string, kept: number): string {
  return shellScript(
    { root: STATE, state: serviceDirectory(service), service, kept },
    'lib/operations/deploy/prune-script.sh',
  );
}
