import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { credentials } from '../../runtime/process/credentials-folder.ts';

const SCRIPT = path.join(import.meta.dirname, 'guarded-clients.ts');

/** A network of its own with nothing in it: what a client without a guard sends goes nowhere. */
const NOWHERE = ['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])] as const;
const isPermitted = spawnSync(NOWHERE[0], [...NOWHERE.slice(1), 'true']).status === 0;

const { directory, remove } = credentials({
  'db-production-hello': 'hello_a:secret',
  'redis-broker-hello': 'secret',
});
afterAll(remove);

/** What every client says that is pointed at a host. */
function pointedAt(host: string, onlyLab: string): Record<string, string> {
  const [program, ...options] = NOWHERE;
  const env = { ...process.env, UNDE_ONLY_LAB: onlyLab };
  const arguments_ = [...options, process.execPath, SCRIPT, host, directory];
  return JSON.parse(execFileSync(program, arguments_, { encoding: 'utf8', env })) as Record<string, string>;
}

// Without a network of its own this test could send to whom it must never send: then it is not run at all.
describe.skipIf(!isPermitted)('every client that opens connections (needs unshare --net)', () => {
  it.each(['203.0.113.1', '10.1.0.15'])(
    'refuses %s where UNDE_ONLY_LAB is set, and sends nothing',
    (host) => {
      const said = pointedAt(host, '1');
      const { 'Fetcher by address': byAddress, 'Fetcher by name': byName, ...others } = said;
      // The fetcher has a rule of its own before the guard, for strangers who name addresses.
      expect([byAddress, byName]).toEqual(['ADDRESS_NOT_ALLOWED', 'ADDRESS_NOT_ALLOWED']);
      expect(new Set(Object.values(others))).toEqual(new Set(['OUTSIDE_LAB']));
    },
  );

  it('connects to loopback and the lab, as far as the network goes', () => {
    for (const host of ['127.0.0.1', '198.18.0.1']) {
      for (const code of Object.values(pointedAt(host, '1'))) expect(code).toMatch(/ENETUNREACH|UNREACHABLE/);
    }
  });

  it('goes where it is sent without UNDE_ONLY_LAB', () => {
    for (const code of Object.values(pointedAt('203.0.113.1', '')))
      expect(code).toMatch(/ENETUNREACH|UNREACHABLE/);
  });
});
