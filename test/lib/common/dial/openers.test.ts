import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '../../../../src');

/** Modules by which a program can open a connection. */
const MODULES =
  /^import (?!type\b).*from '(?:node:)?(?:net|tls|http|https|http2|dgram|dns|dns\/promises|undici|pg|ioredis|bullmq|ssh2|@aws-sdk\/[\w-]+)'/m;
const GLOBAL_CLIENTS = /(?:await|return|=>|[=(,])\s*fetch\(|\bnew (?:WebSocket|EventSource)\(/;

/** The files that import one of them, and why nothing passes the guard by. */
const KNOWN: Readonly<Record<string, string>> = {
  'lib/common/dial/dial.ts': 'the guard of the CLI',
  'lib/common/dial/guard.ts': 'the guard of every other client',
  'lib/fleet/ask/ask-service.ts': 'node:http over a channel of an SSH connection',
  'lib/fleet/ssh/connect.ts': 'ssh2 over a socket of dial',
  'lib/fleet/ssh/host-key.ts': 'ssh2 over a socket of dial',
  'lib/fleet/ssh/own-keys.ts': 'ssh2 only parses keys',
  'lib/lab/lock.ts': 'an abstract unix socket that listens',
  'lib/operations/db/session.ts': 'pg over a channel of an SSH connection',
  'lib/operations/db/migration/apply.ts': "pg's error class",
  'lib/operations/doctor/keys.ts': 'ssh2 only parses keys',
  'lib/operations/network/attempt.ts': 'a list of addresses',
  'lib/runtime/call/guarded-agent.ts': 'guarded',
  'lib/runtime/call/guarded-connector.ts': 'guarded',
  'lib/runtime/call/remote.ts': 'undici by guardedConnector',
  'lib/runtime/fetch/allow-list.ts': 'whether a text is an address',
  'lib/runtime/fetch/fetcher.ts': 'undici by guardedConnector',
  'lib/runtime/stores/guarded-redis-connector.ts': 'guarded',
  'lib/runtime/stores/objects.ts': 'S3 by guarded agents',
  'lib/runtime/stores/postgres.ts': 'pg over a GuardedSocket',
  'lib/runtime/stores/redis.ts': 'ioredis by GuardedRedisConnector',
  'platform/firewall/match.ts': 'whether a text is an address',
  'services/recognition/archive-queue.ts': "BullMQ on redisConnector's connections",
  'services/recognition/queue.ts': "BullMQ on redisConnector's connections",
  'services/ximilar-gw/pgvector-source.ts': 'a form',
};

describe('what can open connections', () => {
  it('is known, file by file: a new client puts the guard before its sockets, and is tested with the others', () => {
    const openers = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => {
      const text = readFileSync(path.join(SOURCES, file), 'utf8').replaceAll(/\{\n[^}]*\} from/g, '{} from');
      return MODULES.test(text) || GLOBAL_CLIENTS.test(text);
    });
    expect(openers.sort()).toEqual(Object.keys(KNOWN).sort());
  });
});
