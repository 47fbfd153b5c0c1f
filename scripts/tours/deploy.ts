import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { Tour } from '../tour/tour.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'unde/tour-deploy',
);
const service = path.join(cache, 'services/lantern');
const inventory = path.join(cache, 'inventory.yaml');

const LAB = 'tour';
const HOSTS = ['local-mood', 'push', 'scraper'];

/** What the lantern has written on it, and whether it gets ready, in the source that the visitor edits. */
async function writeLantern(sign: string, awaits: readonly string[] = []): Promise<void> {
  await mkdir(service, { recursive: true });
  for (const name of ['main.ts', 'manifest.ts', 'flags.ts']) {
    const text = await readFile(path.join(root, 'test/fixtures/services/lantern', name), 'utf8');
    const own = text
      .replaceAll('../../../../src/', `${root}/src/`)
      .replace("app.get('/flags',", `app.get('/sign', () => ({ sign: '${sign}' }));\n      app.get('/flags',`)
      .replace('awaited: () => []', `awaited: () => ${JSON.stringify(awaits)}`)
      // A visitor should not wait long for a release that never gets ready.
      .replace(/startSeconds: \d+/, 'startSeconds: 8');
    await writeFile(path.join(service, name), own);
  }
}

/** The shipped inventory, with the lantern on three hosts and nothing else there. */
async function writeInventory(): Promise<void> {
  const fleet = parse(await readFile(path.join(root, 'inventory.yaml'), 'utf8')) as {
    everywhere: string[];
    sites: Record<string, { hosts: Record<string, { services: string[] }> }>;
  };
  fleet.everywhere = [];
  for (const [name, host] of Object.values(fleet.sites).flatMap(({ hosts }) => Object.entries(hosts))) {
    if (HOSTS.includes(name)) host.services = ['lantern'];
  }
  await writeFile(inventory, stringify(fleet));
}

const SIGN = "unde exec lantern -- 'curl -s localhost:8098/sign'";

/** A service is deployed, broken, and brought back; then a flag is turned. */
export const tour: Tour = {
  name: 'deploy',
  title: 'A service comes to three hosts, a broken release goes back by itself, and a flag is turned',
  environment: {
    UNDE_CONTEXT: `lab:${LAB}`,
    UNDE_INVENTORY: inventory,
    UNDE_SERVICES: path.dirname(service),
  },
  prepare: async ({ type }) => {
    await mkdir(cache, { recursive: true });
    await writeInventory();
    await writeLantern('good evening');
    await type(`unde lab down --name ${LAB}`);
    await type(`unde lab up ${HOSTS.join(',')} --name ${LAB}`, { shows: [/3 booted/] });
  },
  steps: [
    {
      says: 'What a deploy would change is shown before anything is touched.',
      types: 'unde plan lantern --no-diff',
      shows: [/lantern on local-mood, scraper, push/, /3 to change/],
    },
    {
      says: 'One host goes first, the canary; the others follow when it is well.',
      types: "unde deploy lantern --no-diff -m 'the first time'",
      shows: [/canary: \S+/, /lantern on 3 host\(s\)/],
    },
    {
      says: 'Once more: there is nothing to change, so nothing is.',
      types: 'unde deploy lantern',
      shows: [/3 with no change/],
    },
    {
      says: 'Now the code changes: the lantern says "welcome". Only what differs is sent.',
      edit: () => writeLantern('welcome'),
      types: "unde deploy lantern --no-diff -m 'a warmer word'",
      shows: [/lantern on 3 host\(s\)/],
    },
    { says: 'Each host is asked what it says.', types: SIGN, shows: [/welcome[\s\S]*welcome[\s\S]*welcome/] },
    {
      says: 'Somebody breaks it: it waits for oil that never comes. The canary shows it, and goes back by itself.',
      edit: () => writeLantern('broken', ['oil']),
      types: "unde deploy lantern --no-diff -m 'this will not do'",
      ends: 7,
      shows: [/oil/],
    },
    {
      says: 'All three say what they said before.',
      types: SIGN,
      shows: [/^(?![\s\S]*broken)[\s\S]*welcome[\s\S]*welcome[\s\S]*welcome/],
    },
    {
      says: 'The hosts’ own ledgers tell who did what, and how it ended.',
      types: 'unde history lantern',
      shows: [/ ok /, /failed .* not ready/],
    },
    {
      says: 'Back to the release before, on purpose.',
      types: "unde rollback lantern -m 'the old word was better'",
      shows: [/lantern on 3 host\(s\)/],
    },
    { says: 'And so they say good evening again.', types: SIGN, shows: [/good evening/] },
    {
      says: 'A flag changes what it does while it runs: no deploy, no restart; each process says when it has it.',
      types: "unde flags set GLOW=blinking -m 'visitors'",
      shows: [/runs it after/],
    },
    { says: 'Back to what was in force before.', types: "unde flags rollback -m 'they have left'" },
    { says: 'What runs where, what is wrong first.', types: 'unde status --once', shows: [/3\/3 hosts up/] },
  ],
  next: [
    'unde status                              the live dashboard',
    `unde lab cut push --name ${LAB}               a host falls silent; unde status, unde plan lantern, then`,
    `unde lab heal push --name ${LAB}`,
    "unde exec push -- 'kill -9 $(systemctl show -p MainPID --value unde-lantern)'     and look who starts it again",
    `$EDITOR ${path.join(service, 'main.ts')}     break it in your own way, then unde deploy lantern`,
    'unde logs lantern -f                     what it says',
    `unde lab clock push +30d --name ${LAB}        a month from now, on one host`,
    `unde lab down --name ${LAB}                   take it down`,
  ],
};
