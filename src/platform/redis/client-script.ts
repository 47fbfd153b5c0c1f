import { RUN } from './paths.ts';

/**
 * Renders redis-cli for whoever is root on the host: it signs in as `operator` through standard input, so that the
 * password stands in no argument and no environment.
 */
export function renderClientScript(): string {
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
# unde-redis COMMAND [ARGUMENT...], or commands on standard input, a line each.
set -euo pipefail
commands() {
  printf 'AUTH operator %s\\n' "$(<${RUN}/operator.password)"
  if (($# == 0)); then cat; return; fi
  local word
  for word in "$@"; do word=\${word//\\\\/\\\\\\\\}; printf '"%s" ' "\${word//\\"/\\\\\\"}"; done
  echo
}
# The first answer is AUTH's own.
commands "$@" | redis-cli -h 127.0.0.1 -p 6379 -e | tail -n +2
`;
}
