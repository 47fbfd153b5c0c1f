/**
 * Renders the health check of the exporter, by bash alone: an exporter that Redis does not let in answers, too, and
 * would tell Prometheus nothing but that.
 */
export function renderHealthScript(): string {
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
# Exit code 0 when the exporter shows Redis' metrics; else the last line says what is wrong.
{ exec 3<>/dev/tcp/127.0.0.1/9121; } 2>/dev/null || { echo 'nothing listens on port 9121'; exit 1; }
printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3
while IFS= read -r -t 2 line <&3; do
  case $line in
    'redis_up 1') exit 0 ;;
    'redis_up 0')
      echo 'it is not let in by the Redis beside it: is that running, and does it have the password?'
      exit 1
      ;;
  esac
done
echo 'no metrics of Redis within two seconds'
exit 1
`;
}
