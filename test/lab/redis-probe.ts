/**
 * A client of a Redis inside a lab. Standard input is one line of JSON: where, as whom, and what to do.
 *
 * With `commands` it prints their replies as JSON, an error as `{ "error": … }`. With `write` it sets KEY:1, KEY:2 … as
 * fast as they are acknowledged, so many under way at a time, and prints a line for each acknowledgement: its number
 * and the time in milliseconds since the epoch. It ends with the first error, which is the last line.
 */
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';

/** What a test asks of the probe. */
export interface Wish {
  readonly host: string;
  readonly username?: string;
  readonly password?: string;
  readonly commands?: readonly (readonly string[])[];
  readonly write?: { readonly key: string; readonly underWay: number; readonly bytes?: number };
}

const { value } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
const { host, username, password, commands = [], write } = JSON.parse(value ?? '') as Wish;
const redis = new Redis({
  host,
  port: 6379,
  username,
  password,
  enableReadyCheck: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: 0,
  connectTimeout: 3000,
  retryStrategy: () => null,
});
// Each command says itself what went wrong.
redis.on('error', () => {});

if (write === undefined) {
  const replies = await Promise.all(
    commands.map(([name = '', ...args]) =>
      redis.call(name, ...args).catch((error: unknown) => ({ error: String(error) })),
    ),
  );
  console.log(JSON.stringify(replies));
} else {
  await writeOn(write).catch((error: unknown) => console.log(`error ${String(error)}`));
}
// No exit: what is still on its way to standard output must get there.
redis.disconnect();

async function writeOn({ key, underWay, bytes = 0 }: NonNullable<Wish['write']>): Promise<void> {
  const filling = 'x'.repeat(bytes);
  let next = 1;
  const writer = async (): Promise<never> => {
    for (;;) {
      const number = next++;
      await redis.set(`${key}:${number}`, `${number}${filling}`);
      console.log(`${number} ${Date.now()}`);
    }
  };
  await Promise.all(Array.from({ length: underWay }, writer));
}
