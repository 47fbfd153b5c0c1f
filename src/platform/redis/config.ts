import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { RedisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { RUN } from './paths.ts';

/** What the configuration of a Redis depends on. */
export interface RedisConfig {
  readonly role: RedisRole;
  /** The address that clients use; Redis listens there and on loopback only. */
  readonly address: string;
  /** When the broker's log of writes is forced to disk: `everysec` or `always`. */
  readonly appendfsync: string;
}

/**
 * Renders redis.conf; what it does not say is Redis' own default.
 *
 * @throws UndeError BAD_SETTING
 */
export function renderConfig({ role, address, appendfsync }: RedisConfig): string {
  if (appendfsync !== 'everysec' && appendfsync !== 'always') {
    throw new UndeError({
      code: 'BAD_SETTING',
      message: `redis takes appendfsync everysec or always, not "${appendfsync}"`,
      exit: 'config',
      hint: 'docs/redis.md says what each promises',
    });
  }
  return `${[
    '# Rendered by unde from the manifest and the inventory; changes made here are drift.',
    `bind 127.0.0.1 ${address}`,
    'port 6379',
    'protected-mode yes',
    'tcp-keepalive 60',
    'dir /var/lib/redis',
    '# To standard output: the journal has it.',
    'logfile ""',
    'loglevel notice',
    'latency-monitor-threshold 100',
    '',
    '# Users and memory are worked out on the host at each start.',
    `aclfile ${RUN}/users.acl`,
    `include ${RUN}/memory.conf`,
    '',
    ...(role === 'broker' ? brokerLines(appendfsync) : CACHE),
  ].join('\n')}\n`;
}

function brokerLines(appendfsync: string): string[] {
  return [
    '# A broker: every write is in the log before it is answered, and nothing is ever evicted.',
    'maxmemory-policy noeviction',
    'appendonly yes',
    `appendfsync ${appendfsync}`,
    'no-appendfsync-on-rewrite no',
    '# After a power cut the end of the log may be half a command; it is left out.',
    'aof-load-truncated yes',
    '# The log is enough; snapshots would fork once more for the same data.',
    'save ""',
  ];
}

const CACHE = [
  '# A cache: nothing is kept over a restart. Only keys with a time to live are evicted, the least recently used first,',
  "# since the dialogue's queue is here too, and has none.",
  'maxmemory-policy volatile-lru',
  'lazyfree-lazy-eviction yes',
  'appendonly no',
  'save ""',
];
