import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleService } from '../src/lib/desired/release/bundle.ts';
import { median, type Bench } from './bench.ts';
import { BenchFleet, must, run, SMOKE_HOSTS, type Ran } from './fleet.ts';
import { manifest } from './services/payload/manifest.ts';

const root = path.resolve(import.meta.dirname, '..');
const NOOP_RUNS = 3;
const ANSIBLE = '/usr/bin/ansible-playbook';

/**
 * The same service, the same two megabytes, the same end state on thirty hosts, by unde and by Ansible (tuned:
 * pipelining, persistent connections, forks for every host). Both find Node on the hosts, as after any service before.
 */
export const bench: Bench = {
  name: 'deploy-ansible',
  what: 'the same end state with the same payload on 30 hosts, first time and no-op, against ansible-core',
  missing: () =>
    existsSync(ANSIBLE)
      ? undefined
      : 'the peer is missing: apt-get install --no-install-recommends ansible-core',
  async run({ smoke, lab }) {
    const fleet = await BenchFleet.up('bansible', smoke ? SMOKE_HOSTS : [], { shared: lab });
    const runs = smoke ? 1 : NOOP_RUNS;
    try {
      await fleet.ok('deploy', 'seed', '--no-diff', '--batch', '29');
      await fleet.ok('stop', 'seed');
      const ours = {
        first: must(await fleet.unde(['deploy', 'payload', '--no-diff', '--batch', '29'])).seconds,
        noop: await repeat(runs, () => fleet.unde(['deploy', 'payload'])),
      };
      await fleet.ok('stop', 'payload');
      const playbook = await preparePlaybook(fleet);
      const theirs = { first: must(await playbook()).seconds, noop: await repeat(runs, playbook) };
      return [
        comparison('deploy-ansible-noop', ours.noop, theirs.noop, 12),
        comparison('deploy-ansible-first', ours.first, theirs.first, 6),
      ];
    } finally {
      await fleet.down();
    }
  },
};

async function repeat(runs: number, command: () => Promise<Ran>): Promise<number> {
  const seconds: number[] = [];
  for (let index = 0; index < runs; index++) seconds.push(must(await command()).seconds);
  return median(seconds);
}

function comparison(name: string, value: number, reference: number, times: number) {
  const ratio = value / reference;
  return {
    name,
    value,
    unit: 's',
    reference,
    ratio,
    aim: `${times} times faster (ratio <= ${(1 / times).toFixed(3)})`,
    holds: ratio <= 1 / times,
    note: `${(reference / value).toFixed(1)} times faster`,
  };
}

/** Writes Ansible's inventory, settings and payload; answers a function that runs the playbook. */
async function preparePlaybook(fleet: BenchFleet): Promise<() => Promise<Ran>> {
  const directory = path.join(fleet.directory, 'ansible');
  const content = path.join(directory, 'content/assets');
  await mkdir(content, { recursive: true });
  const service = { manifest, directory: path.join(root, 'bench/services/payload') };
  for (const { path: file, source } of await bundleService(service)) {
    await copyFile(source, path.join(directory, 'content', file));
  }
  await writeFile(path.join(directory, 'content/package.json'), '{"type":"module"}\n');
  await copyFile(path.join(fleet.directory, 'payload.bin'), path.join(content, 'payload.bin'));
  const tarball = path.join(directory, 'payload.tar.gz');
  must(await run('tar', ['-C', path.join(directory, 'content'), '-czf', tarball, '.'], process.env));
  const file = async (name: string, text: string) => {
    await writeFile(path.join(directory, name), text);
    return path.join(directory, name);
  };
  const hosts = await file(
    'hosts.ini',
    `[all]\n${fleet.hosts.map(({ name, address }) => `${name} ansible_host=${address}`).join('\n')}\n`,
  );
  const unit = await file('payload.service', UNIT);
  const timer = await file(
    'cleanup.timer',
    '[Timer]\nOnCalendar=daily\n\n[Install]\nWantedBy=timers.target\n',
  );
  const config = await file('ansible.cfg', CONFIG(fleet.sshOptions.join(' '), directory));
  const variables = JSON.stringify({ release: 'r1', tarball, unit, timer });
  return () =>
    fleet.inside(
      ['ansible-playbook', '-i', hosts, '-e', variables, path.join(root, 'bench/ansible/site.yaml')],
      { ANSIBLE_CONFIG: config, ANSIBLE_LOCALHOST_WARNING: 'False' },
    );
}

const CONFIG = (ssh: string, directory: string) => `[defaults]
forks = 30
host_key_checking = True
interpreter_python = /usr/bin/python3
remote_user = root
local_tmp = ${directory}/tmp
[ssh_connection]
pipelining = True
ssh_args = ${ssh} -o ControlMaster=auto -o ControlPersist=120s
control_path_dir = ${directory}/cp
`;

/** The sandbox aside, what unde renders. */
const UNIT = `[Unit]
Description=payload
After=network-online.target
[Service]
Type=notify
NotifyAccess=all
User=payload
ExecStart=/var/lib/unde/services/seed/current/node --enable-source-maps /opt/payload/current/main.js
EnvironmentFile=/etc/payload.env
Restart=on-failure
WatchdogSec=30
[Install]
WantedBy=multi-user.target
`;
