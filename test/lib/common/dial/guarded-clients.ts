import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import { Queue } from 'bullmq';
import { messageOf } from '../../../../src/lib/common/error/unde-error.ts';
import { dial } from '../../../../src/lib/common/dial/dial.ts';
import { Deadline } from '../../../../src/lib/runtime/call/deadline.ts';
import { guardedConnector } from '../../../../src/lib/runtime/call/guarded-connector.ts';
import { Remote } from '../../../../src/lib/runtime/call/remote.ts';
import { Fetcher } from '../../../../src/lib/runtime/fetch/fetcher.ts';
import { parseRange } from '../../../../src/lib/runtime/fetch/address.ts';
import { Objects } from '../../../../src/lib/runtime/stores/objects.ts';
import { openPool } from '../../../../src/lib/runtime/stores/postgres.ts';
import { redisConnector } from '../../../../src/lib/runtime/stores/redis.ts';

/**
 * Points every client that opens connections to one host, and prints what each says, as JSON. It is run in a network of
 * its own that leads nowhere, so that a client without a guard sends nothing either.
 */

const [host = '', credentials = ''] = process.argv.slice(2);
const interfaces = readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2);
if (interfaces.some((line) => line.trim() !== '' && !line.trim().startsWith('lo:'))) {
  throw new Error('this network has more than loopback; run it by unshare --net');
}

const PORT = 6999;
const env = {
  ...process.env,
  CREDENTIALS_DIRECTORY: credentials,
  UNDE_DB_PRODUCTION: `${host}:${PORT}/unde_ai`,
  UNDE_REDIS_BROKER: `${host}:${PORT}`,
};
const noMatter = () => undefined;

/** What an error says: its own code, or that of what it was caused by. */
function codeOf(error: unknown): string {
  const codes: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
    if (each instanceof AggregateError) codes.push(...each.errors.map(codeOf));
  }
  return codes.find((code) => code === 'OUTSIDE_LAB') ?? codes.at(-1) ?? messageOf(error);
}

const range = parseRange('0.0.0.0/0');
const fetcher = (allowed: string) =>
  new Fetcher({
    policy: {
      hosts: [{ host: allowed, below: false, port: String(PORT) }],
      ranges: range === undefined ? [] : [range],
    },
    maxBytes: 1000,
    deadlineMs: 3000,
    accepts: () => true,
    // Where the name leads is what is tried.
    resolve: () => Promise.resolve([{ address: host, family: 4 }]),
  });

async function objects(scheme: string): Promise<unknown> {
  const store = new Objects({
    endpoint: `${scheme}://${host}:${PORT}`,
    bucket: 'b',
    key: 'a:b',
    connections: 1,
    deadlineMs: 3000,
  });
  return store.bytes('key', 10).finally(() => store.close());
}

async function redis(
  use: (connect: ReturnType<typeof redisConnector>) => { close(): Promise<void> },
): Promise<unknown> {
  return new Promise((_, reject) => {
    const identity = { instance: 'broker', service: 'hello', user: 'hello' } as const;
    const used = use(
      redisConnector(
        identity,
        (error) => {
          reject(error);
          void used.close();
        },
        env,
      ),
    );
  });
}

async function agent(scheme: string): Promise<unknown> {
  const client = new Agent({ connect: guardedConnector({ timeoutMs: 1000 }) });
  return client
    .request({ origin: `${scheme}://${host}:${PORT}`, path: '/', method: 'GET' })
    .finally(() => void client.destroy());
}

const clients: Readonly<Record<string, () => Promise<unknown>>> = {
  'undici over http': () => agent('http'),
  'undici over https': () => agent('https'),
  Remote: () => {
    const remote = new Remote({ name: 'gateway', baseUrl: `http://${host}:${PORT}`, maxBytes: 10 });
    return remote
      .post({ path: '/', body: {}, deadline: Deadline.after(3000), parse: noMatter })
      .finally(() => void remote.close());
  },
  'Fetcher by address': () => fetcher(host).bytes(`http://${host}:${PORT}/`, new AbortController().signal),
  'Fetcher by name': () =>
    fetcher('photos.test').bytes(`http://photos.test:${PORT}/`, new AbortController().signal),
  'Objects over http': () => objects('http'),
  'Objects over https': () => objects('https'),
  Pool: async () => {
    const pool = openPool(
      { database: 'production', service: 'hello', max: 1, statementMs: 1000, onError: noMatter },
      env,
    );
    return pool.query('SELECT 1').finally(() => void pool.end());
  },
  Redis: () =>
    redis((connect) => {
      const connection = connect();
      return { close: async () => connection.disconnect() };
    }),
  'Redis of a duplicate': () =>
    redis((connect) => {
      // BullMQ's workers make their blocking connection like this.
      const first = connect({ lazyConnect: true });
      const second = first.duplicate();
      second.on('error', (error) => first.emit('error', error));
      void second.connect().catch(noMatter);
      return { close: async () => second.disconnect() };
    }),
  BullMQ: () =>
    redis((connect) => {
      const connection = connect({ maxRetriesPerRequest: null });
      const queue = new Queue('work', { connection });
      queue.on('error', noMatter);
      return { close: async () => connection.disconnect() };
    }),
  dial: async () => dial({ name: 'production' }, host, PORT, 1000),
};

const outcomes: Record<string, string> = {};
for (const [name, open] of Object.entries(clients)) {
  outcomes[name] = await open().then(() => 'connected', codeOf);
}
process.stdout.write(JSON.stringify(outcomes));
process.exit(0);
