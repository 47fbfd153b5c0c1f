import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labDirectory } from '../../src/lib/lab/state.ts';
import { issueCertificate } from '../../src/lib/secrets/x509/issue.ts';
import { formatPair } from '../../src/lib/secrets/x509/pair.ts';
import { writeIdentity } from '../../src/lib/secrets/open.ts';
import { type Answer, initOf, TestFleet, until } from './fleet.ts';
import { filesWith, labStore, ProcessWatch, tracesOf } from './secrets-traces.ts';

const LAB = 'secrets';
const KEEPERS = ['apify', 'collage'];
const HOSTS = ['push', ...KEEPERS];
/** A vendor's token as an operator would bring it. */
const PLANTED = 'planted-7b1f0c3a9e5d4f2686a1d0c7';

let fleet: TestFleet;
/** All that the CLI has said. */
const said: string[] = [];

async function unde(...args: string[]): Promise<Answer> {
  const answer = await fleet.unde(args);
  said.push(answer.stdout, answer.stderr);
  return answer;
}
async function ok(...args: string[]): Promise<Answer> {
  const answer = await fleet.ok(...args);
  said.push(answer.stdout, answer.stderr);
  return answer;
}

interface Tally {
  readonly done: number;
  readonly failed: readonly string[];
  readonly token: string;
  readonly password: string;
  readonly certificate: string;
}

/** What a keeper says of itself. */
async function tally(host: string): Promise<Tally> {
  return JSON.parse(await fleet.get(host, 8097, '/tally')) as Tally;
}
/** Waits until every keeper has done more requests, and answers what they say. */
async function moreRequests(): Promise<Tally[]> {
  const before = await Promise.all(KEEPERS.map(tally));
  return until(
    'more requests of every keeper',
    () => Promise.all(KEEPERS.map(tally)),
    (now) => now.every(({ done }, at) => done > (before[at]?.done ?? 0) + 20),
  );
}
/** Runs a rotation, and ends it with SIGKILL as soon as it has printed this. */
async function killAt(moment: RegExp): Promise<void> {
  const running = fleet.start(['secrets', 'rotate', 'redis-broker-keeper']);
  await until(
    String(moment),
    () => Promise.resolve(running.stderr()),
    (said) => moment.test(said),
    120,
    2,
  );
  running.kill();
  await running.answer;
}
const digest = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 16);
const bring = (name: string, value: string) => {
  const file = path.join(fleet.directory, 'brought');
  writeFileSync(file, `${value}\n`);
  return ok('secrets', 'set', name, '--file', file).finally(() => writeFileSync(file, ''));
};
/** Every value that the store has now. */
async function values(): Promise<string[]> {
  const store = await labStore(LAB);
  const all = store
    .names()
    .flatMap((name) => [
      store.reveal(name),
      ...(store.entry(name)?.next === undefined ? [] : [store.reveal(name, 'next')]),
    ]);
  return Promise.all(all);
}

/** What a plan would still do to the credentials of redis and the keepers. */
async function planned(): Promise<string[]> {
  const { plan } = (await ok('plan', 'redis,keeper', '--json')).json() as {
    plan: { host: string; changes: { resource: string; name: string; from: string }[] }[];
  };
  return plan.flatMap(({ host, changes }) =>
    changes
      .filter(({ resource }) => resource === 'secret')
      .map(({ name, from }) => `${name} on ${host}: ${from}`),
  );
}

beforeAll(async () => {
  fleet = await TestFleet.up(LAB, HOSTS);
  await fleet.place('keeper', KEEPERS);
});
afterAll(() => fleet.down());

describe('secrets on real machines', () => {
  it('reach their holders through systemd, and leave no trace anywhere', { timeout: 420_000 }, async () => {
    const watch = new ProcessWatch();
    const known = new Set<string>();
    const remember = async () => (await values()).forEach((value) => known.add(value));
    await bring('keeper-token', PLANTED);
    const plan = path.join(fleet.directory, 'plan.json');
    await ok('plan', 'redis,keeper', '-o', plan);
    await ok('deploy', 'redis,keeper', '--json');
    await remember();
    for (const { token, failed } of await moreRequests()) {
      expect(token).toBe(digest(PLANTED));
      expect(failed).toEqual([]);
    }
    const { stdout } = await ok('secrets', 'rotate', '--all', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ result: 'ok' });
    await remember();
    for (const command of [
      ['secrets', 'list'],
      ['secrets', 'matrix'],
      ['secrets', 'check'],
      ['pki', 'list'],
    ]) {
      await ok(...command);
      await ok(...command, '--json');
    }
    await ok('history', 'keeper,redis', '--json');
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);

    const texts = [...known].flatMap(tracesOf);
    // Token, two values of the password, two certificates' keys on each host, and the authority's.
    expect(known.size).toBeGreaterThanOrEqual(8);
    const inText = (text: string) => texts.filter((trace) => text.includes(trace));
    expect(said.flatMap(inText)).toEqual([]);
    expect(watch.end().flatMap(inText)).toEqual([]);
    for (const host of HOSTS) {
      expect(inText(await fleet.console(host, 'journalctl -o export --no-pager'))).toEqual([]);
      const init = `/proc/${initOf(LAB, host)}/root`;
      const disk = path.join(labDirectory(LAB), 'hosts', host, 'disk');
      // systemd decrypts credentials into memory that only their unit can read; nothing else may have them.
      const found = filesWith(texts, [disk, `${init}/run`, `${init}/tmp`, `${init}/dev/shm`]);
      expect(
        found.filter((file) => !file.startsWith(`${init}/run/credentials/unde-keeper.service/`)),
      ).toEqual([]);
    }
    const lab = labDirectory(LAB);
    expect(
      filesWith(texts, [path.join(lab, 'secrets'), path.join(lab, 'lab.json'), fleet.directory]),
    ).toEqual([]);
  });

  it('are found where they are, by the same search', async () => {
    // Otherwise the test above would pass for nothing.
    const texts = (await values()).flatMap(tracesOf);
    const planted = path.join(fleet.directory, 'planted');
    for (const text of texts) {
      writeFileSync(planted, `x${text}y`);
      expect(filesWith(texts, [fleet.directory])).toEqual([planted]);
    }
    writeFileSync(planted, '');
    const init = `/proc/${initOf(LAB, KEEPERS[0] ?? '')}/root`;
    expect(filesWith(texts, [`${init}/run/credentials/unde-keeper.service`])).toHaveLength(3);
  });

  it('are rotated one host at a time, to another value everywhere', async () => {
    const before = await moreRequests();
    const { stdout } = await ok('secrets', 'rotate', 'redis-broker-keeper', '--json');
    const { steps } = JSON.parse(stdout) as {
      steps: { phase: string; service: string; host: string; text: string }[];
    };
    expect(steps.map(({ phase, service, host, text }) => `${phase} ${service} ${host} ${text}`)).toEqual([
      'accept redis push reloaded, served on',
      ...KEEPERS.map((host) => `move keeper ${host} restarted`),
      'drop redis push reloaded, served on',
    ]);
    const after = await moreRequests();
    expect(new Set(after.map(({ password }) => password)).size).toBe(1);
    expect(after[0]?.password).not.toBe(before[0]?.password);
    expect(after.flatMap(({ failed }) => failed)).toEqual([]);
    // The old value is worth nothing now.
    const store = await labStore(LAB);
    expect(digest(await store.reveal('redis-broker-keeper'))).toBe(after[0]?.password);
    expect(store.entry('redis-broker-keeper')?.next).toBeUndefined();
    expect(await planned()).toEqual([]);
  });

  it.each([
    ['before anybody accepts the new value', /both values are accepted/],
    ['while holders still have the old value', /the new value is used by/],
    ['between two holders', /✔ keeper on apify/],
    ['before the old value is dropped', /the old value is dropped by/],
    ['after the old value was dropped', /the old value is dropped by\n.*✔ redis on push/],
  ])('go on after the command was killed %s', async (_, moment) => {
    const before = (await moreRequests())[0]?.password;
    await killAt(moment);
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);
    await ok('secrets', 'rotate', 'redis-broker-keeper');
    const after = await moreRequests();
    expect(after.flatMap(({ failed }) => failed)).toEqual([]);
    expect(new Set(after.map(({ password }) => password)).size).toBe(1);
    expect(after[0]?.password).not.toBe(before);
    expect(await planned()).toEqual([]);
    await ok('secrets', 'check');
  });

  it('stand a deploy in the middle of a rotation', async () => {
    await killAt(/✔ keeper on apify/);
    const check = await unde('secrets', 'check', '--json');
    expect(check.code).toBe(10);
    expect(check.json()).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'rotation' })]),
    });
    await ok('deploy', 'redis,keeper');
    expect(await planned()).toEqual([]);
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);
    await ok('secrets', 'rotate', 'redis-broker-keeper');
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);
    await ok('secrets', 'check');
  });

  it('give a holder that does not stand its new value the old one back', async () => {
    const before = await moreRequests();
    // The keeper of the first host can be started no more, whatever its password is.
    const dropIn = '/etc/systemd/system/unde-keeper.service.d/broken.conf';
    await fleet.console(
      'apify',
      `mkdir -p ${path.dirname(dropIn)}; printf '[Service]\\nExecStartPre=/bin/bash -c "systemd-creds cat redis-broker-keeper | sha256sum | grep -q ^${before[0]?.password}"\\n' >${dropIn}; systemctl daemon-reload`,
    );
    const failed = await unde('secrets', 'rotate', 'redis-broker-keeper');
    expect(failed.code).toBe(7);
    expect(failed.stdout).toContain('everybody still uses the old value');
    const after = await moreRequests();
    expect(after.map(({ password }) => password)).toEqual(before.map(({ password }) => password));
    expect(after.flatMap((each) => each.failed)).toEqual([]);
    await fleet.console('apify', `rm ${dropIn}; systemctl daemon-reload`);
    await ok('secrets', 'rotate', 'redis-broker-keeper');
    for (const each of await moreRequests()) expect(each.failed).toEqual([]);
    await ok('secrets', 'check');
  });

  it('are read by another operator when one has lost the key', async () => {
    const own = path.join(labDirectory(LAB), 'identity.txt');
    const lees = path.join(fleet.directory, 'lee.txt');
    const recipient = await writeIdentity(lees);
    await ok('operators', 'add', 'lee', recipient);
    renameSync(own, `${own}.lost`);
    const blind = await unde('secrets', 'rotate', 'redis-broker-keeper');
    expect(blind.code).toBe(4);
    expect(blind.stderr).toContain('NO_IDENTITY');
    // The same store, opened by lee.
    writeFileSync(own, readFileSync(lees), { mode: 0o600 });
    await ok('operators', 'remove', 'lab');
    await ok('secrets', 'rotate', 'redis-broker-keeper');
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);
    await ok('secrets', 'check');
    expect(existsSync(`${own}.lost`)).toBe(true);
    const listed = await ok('operators', 'list', '--json');
    expect(listed.json()).toMatchObject({ operators: [{ name: 'lee', you: true }] });
  });
});

describe('certificates on real machines', () => {
  it('that have expired are seen by the status, and issued anew', async () => {
    const store = await labStore(LAB);
    const name = 'keeper-tls-apify';
    const longAgo = new Date(Date.now() - 400 * 86_400_000);
    await store.change('test', async (draft) => {
      const { address } = JSON.parse(
        readFileSync(path.join(labDirectory(LAB), 'lab.json'), 'utf8'),
      ).hosts.find((host: { name: string }) => host.name === 'apify') as { address: string };
      const spec = {
        commonName: 'apify',
        names: ['apify'],
        addresses: [address],
        usage: ['server' as const],
      };
      const pair = await issueCertificate(await draft.reveal('authority'), spec, longAgo);
      await draft.put(name, formatPair(pair), { kind: 'certificate', public: pair.chain });
    });
    const status = async () => {
      const answer = await unde('status', 'keeper', '--json');
      const { problems } = answer.json() as {
        problems: { severity: string; code: string; hosts: string[] }[];
      };
      return {
        code: answer.code,
        problems: problems.map((each) => `${each.severity} ${each.code} ${each.hosts.join()}`),
      };
    };
    expect(await status()).toEqual({ code: 0, problems: ['warning CERTIFICATE_OLD apify'] });
    // A plan that was saved is carried out as it was shown; a deploy would have issued another one.
    const plan = path.join(fleet.directory, 'plan.json');
    await ok('plan', 'keeper', '-o', plan);
    await ok('apply', plan);
    expect(await status()).toEqual({ code: 10, problems: ['error CERTIFICATE_EXPIRED apify'] });
    expect((await unde('secrets', 'check')).stdout).toContain(`${name} (expiry) expired`);
    await ok('pki', 'renew');
    expect(await status()).toEqual({ code: 0, problems: [] });
    for (const { failed } of await moreRequests()) expect(failed).toEqual([]);
    await ok('secrets', 'check');
  });
});
