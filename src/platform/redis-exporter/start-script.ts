/** The address of the Redis beside it, as the exporter names it. */
const REDIS = 'redis://127.0.0.1:6379';

/**
 * Renders the script that starts the exporter: its password goes from the credential to the process through a pipe,
 * so that it stands in no file, no argument and no environment.
 */
export function renderStartScript(credential: string): string {
  const key = REDIS.replace('//', '//exporter@');
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
set -eu
# CONFIG is none of its business: what is interesting stands in INFO.
exec /usr/bin/prometheus-redis-exporter --web.listen-address=:9121 --redis.addr=${REDIS} --redis.user=exporter \\
  --connection-timeout=5s --config-command=- \\
  --redis.password-file=<(printf '{"${key}":"%s"}' "$(<"$CREDENTIALS_DIRECTORY/${credential}")")
`;
}
