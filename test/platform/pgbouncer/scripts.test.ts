import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderHealthScript, renderMetricsScript } from '../../../src/platform/pgbouncer/scripts.ts';
import type { ShellVariables } from '../../../src/lib/common/shell/script.ts';
import { bash } from '../../lib/common/shell/bash.ts';
import { withVariables } from '../../lib/common/shell/variables.ts';

/** SHOW POOLS of PgBouncer 1.24, as psql prints it without alignment. */
const POOLS = `pgbouncer pgbouncer 1 0 0 0 0 0 0 0 0 0 0 0 0 statement  0
unde_ai scraper_a 3 2 0 0 4 0 0 5 0 0 0 7 250000 transaction  0`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pgbouncer-'));
  for (const name of ['bin', 'metrics']) await mkdir(path.join(folder, name));
  await stub('psql', `cat <<'E'\n${POOLS}\nE`);
  await stub('setpriv', 'while [[ $1 != -- ]]; do shift; done; shift; exec "$@"');
  await stub('pg_isready', 'echo "/run/postgresql:5432 - accepting connections"');
});
afterEach(() => rm(folder, { recursive: true }));

async function stub(name: string, body: string) {
  await writeFile(path.join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
  await chmod(path.join(folder, 'bin', name), 0o755);
}

const run = (script: string, variables: ShellVariables = {}) =>
  bash(withVariables(script, { programs: path.join(folder, 'bin'), ...variables }), 'bash', {
    ...process.env,
    PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
  });
const runMetrics = () => run(renderMetricsScript(), { textfiles: path.join(folder, 'metrics') });
const metrics = path.join('metrics', 'unde-pgbouncer.prom');

describe("PgBouncer's metrics", () => {
  it('tell of each pool, but not of its own console', async () => {
    expect(runMetrics()).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(path.join(folder, metrics), 'utf8');
    expect(text.match(/^[^#].*$/gm)).toEqual([
      'pgbouncer_clients_active{database="unde_ai",login="scraper_a"} 3',
      'pgbouncer_clients_waiting{database="unde_ai",login="scraper_a"} 2',
      'pgbouncer_servers_active{database="unde_ai",login="scraper_a"} 4',
      'pgbouncer_servers_idle{database="unde_ai",login="scraper_a"} 5',
      'pgbouncer_longest_wait_seconds{database="unde_ai",login="scraper_a"} 7',
    ]);
  });

  it('go away with PgBouncer, so that nobody takes old ones for new', async () => {
    runMetrics();
    await stub('psql', 'exit 2');
    expect(runMetrics().code).toBe(0);
    expect(existsSync(path.join(folder, metrics))).toBe(false);
  });
});

describe("PgBouncer's health", () => {
  it('is good where it answers, and the server behind it', () => {
    expect(run(renderHealthScript())).toMatchObject({ code: 0, stdout: '' });
  });

  it('says which of the two does not', async () => {
    await stub('setpriv', 'while [[ $1 != -- ]]; do shift; done; shift; exec "$@"');
    await stub('pg_isready', 'echo "/run/postgresql:5432 - rejecting connections"; exit 1');
    expect(run(renderHealthScript()).stdout).toBe(
      'PgBouncer answers, but not PostgreSQL behind it: rejecting connections\n',
    );
    await stub('psql', 'echo "psql: error: no such file" >&2; exit 2');
    expect(run(renderHealthScript())).toMatchObject({
      code: 1,
      stdout: 'PgBouncer does not answer: psql: error: no such file\n',
    });
  });
});
