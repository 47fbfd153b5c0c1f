import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderClientScript } from '../../../src/platform/redis/client-script.ts';
import { quote } from '../../../src/lib/common/shell/quote.ts';
import { bash } from '../../lib/common/shell/bash.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'redis-client-'));
  await writeFile(path.join(folder, 'operator.password'), 's3cret');
  // It answers AUTH like Redis, and repeats the commands; its arguments it shows last.
  await writeFile(
    path.join(folder, 'redis-cli'),
    '#!/bin/bash\nread -r auth; [[ $auth == "AUTH operator s3cret" ]] && echo OK; cat; echo "args: $*"\n',
  );
  await chmod(path.join(folder, 'redis-cli'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const client = (words: readonly string[], input = '') =>
  bash(
    `set -- ${words.map(quote).join(' ')}; ${input === '' ? '' : `exec <<<${quote(input)};`}\n${renderClientScript().replaceAll('/run/unde-redis', folder)}`,
    'bash',
    { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
  ).stdout;

describe("the operator's client", () => {
  it('signs in over standard input, so that no argument shows the password', () => {
    expect(client(['INFO', 'memory'])).toBe('"INFO" "memory" \nargs: -h 127.0.0.1 -p 6379 -e\n');
  });

  it('passes on words with spaces, quotes and backslashes as they are', () => {
    expect(client(['GET', `a "b" \\c'`])).toContain(`"GET" "a \\"b\\" \\\\c'" \n`);
  });

  it('reads commands from standard input, too', () => {
    expect(client([], 'PING\nDBSIZE')).toContain('PING\nDBSIZE\n');
  });
});
