import type { RedisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { RUN } from './paths.ts';

/**
 * Renders the health check: signs in as `health` over loopback, by bash alone, so that no password stands in an
 * argument. A broker that could not write its log is not well, since it refuses writes.
 */
export function renderHealthScript(role: RedisRole): string {
  const log =
    role === 'cache'
      ? ''
      : `
[[ $info == *aof_enabled:1* ]] || wrong 'it writes no log (appendonly)'
[[ $info == *aof_last_write_status:ok* ]] || wrong "it cannot write its log and refuses writes: $(df --output=pcent,target /var/lib/redis | tail -n 1 | xargs) full"`;
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
# Exit code 0 when Redis is well; else the last line says what is wrong.
wrong() { echo "$1"; exit 1; }
{ exec 3<>/dev/tcp/127.0.0.1/6379; } 2>/dev/null || wrong 'nothing listens on port 6379'
printf 'AUTH health %s\\r\\nINFO persistence\\r\\nPING\\r\\n' "$(<${RUN}/health.password)" >&3 || wrong 'it hung up'
info=; line=
while IFS= read -r -t 1 line <&3; do
  line=\${line%$'\\r'}
  case $line in
    # Redis refuses even this while its log fails; what it said before tells why.
    +PONG | -MISCONF*) break ;;
    -*) wrong "it says: \${line#-}" ;;
    *) info+="$line " ;;
  esac
done
[[ $line == +PONG || $line == -MISCONF* ]] || wrong 'no answer within a second'
[[ $info == *loading:0* ]] || wrong 'it is still reading its data'${log}
if [[ -s ${RUN}/problems ]]; then wrong "$(tail -n 1 ${RUN}/problems)"; fi
`;
}
