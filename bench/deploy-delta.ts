import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Rollout } from '../src/lib/operations/deploy/rollout.ts';
import type { Bench } from './bench.ts';
import { BenchFleet, must } from './fleet.ts';

const root = path.resolve(import.meta.dirname, '..');
const ALLOWANCE = 50_000;

/** What travels for a one-line change in one service, against what changed. */
export const bench: Bench = {
  name: 'deploy-delta',
  what: 'bytes sent for a one-line change in one service, against the changed files compressed + 50 KB',
  async run({ lab }) {
    const fleet = await BenchFleet.up('bdelta', ['scraper'], { shared: lab });
    try {
      // A copy of the services that can be edited; their imports reach the sources through a link.
      const own = path.join(fleet.directory, 'bench/services');
      await mkdir(path.join(fleet.directory, 'bench'), { recursive: true });
      await cp(path.join(root, 'bench/services'), own, { recursive: true });
      await symlink(path.join(root, 'src'), path.join(fleet.directory, 'src'));
      const env = { UNDE_SERVICES: own };
      must(await fleet.unde(['deploy', 'payload+host:scraper', '--no-diff'], env));
      const main = path.join(own, 'payload/main.ts');
      await writeFile(
        main,
        (await readFile(main, 'utf8')).replace("?? 'hello'", "?? 'hello from the changed line'"),
      );
      const answer = must(await fleet.unde(['deploy', 'payload+host:scraper', '--json'], env));
      const { rollouts } = JSON.parse(answer.stdout) as { rollouts: Rollout[] };
      const value = rollouts[0]?.bytesSent ?? NaN;
      const reference = ALLOWANCE + (await changedBytes(fleet, 'payload'));
      const ratio = value / reference;
      return [
        {
          name: 'deploy-delta',
          value,
          unit: 'bytes',
          reference,
          ratio,
          aim: 'ratio <= 1',
          holds: ratio <= 1,
          note: 'main.js and its source map change; native modules, assets and Node do not',
        },
      ];
    } finally {
      await fleet.down();
    }
  },
};

/** The compressed size of what differs between the two newest releases on the host. */
async function changedBytes(fleet: BenchFleet, service: string): Promise<number> {
  const script = `cd /var/lib/unde/releases/${service}; set -- $(ls -1t); diff -rq $1 $2 | awk '/differ/ {print $2}' | while read -r f; do base64 -w0 $f; echo; done`;
  const { stdout } = await fleet.ok('exec', 'host:scraper', '--', script);
  let bytes = 0;
  for (const line of stdout.trim().split('\n')) {
    bytes += (await promisify(gzip)(Buffer.from(line, 'base64'))).length;
  }
  return bytes;
}
