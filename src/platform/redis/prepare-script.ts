import { credentialFile } from '../../lib/common/layout/layout.ts';
import { shellProgram } from '../../lib/common/shell/script.ts';
import type { RedisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { CLIENT, RUN, SYSCTL, USERS } from './paths.ts';

/** The share of the host's memory that Redis may fill, in percent. See docs/redis.md for why. */
const SHARE: Readonly<Record<RedisRole, number>> = { broker: 50, cache: 70 };

/** Whoever is root on the host may look at everything, and mend what runbooks say; no more. */
const OPERATOR_RULES = [
  '~* &* -@all +@read -keys +@connection',
  '+info +dbsize +lastsave +role +memory|usage +memory|stats +memory|doctor +object|encoding +object|idletime',
  '+config|get +client|list +client|info +client|kill +slowlog|get +slowlog|len +slowlog|reset',
  '+latency|latest +latency|doctor +latency|history +latency|histogram',
  '+acl|list +acl|users +acl|getuser +acl|log +acl|load +acl|whoami +acl|dryrun',
  '+del +unlink +expire +bgrewriteaof',
].join(' ');

/**
 * Renders the script that works out, as root, what Redis reads at its start and at a reload: its users with the
 * digests of their passwords, and how much memory it may fill.
 *
 * @param percent Share of the host's memory; 0 for the role's own.
 */
export function renderPrepareScript(role: RedisRole, percent: number): string {
  return shellProgram(
    ["redis-prepare start | reload: Redis' users and memory, from the host's credentials and its size."],
    {
      run: RUN,
      users: USERS,
      credentials: credentialFile('redis', ''),
      operator_rules: OPERATOR_RULES,
      percent: percent === 0 ? SHARE[role] : percent,
      settings: SYSCTL,
      sysctl: '/usr/lib/systemd/systemd-sysctl',
      client: CLIENT,
    },
    'platform/redis/prepare-script.sh',
  );
}
