import { shellProgram } from '../../lib/common/shell/script.ts';
import type { RedisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { RUN } from './paths.ts';

/**
 * Renders the health check: signs in as `health` over loopback, by bash alone, so that no password stands in an
 * argument. A broker that could not write its log is not well, since it refuses writes.
 */
export function renderHealthScript(role: RedisRole): string {
  return shellProgram(
    ['Exit code 0 when Redis is well; else the last line says what is wrong.'],
    { port: 6379, run: RUN, data: '/var/lib/redis', logs: role !== 'cache' },
    'platform/redis/health-script.sh',
  );
}
