import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../src/lib/common/error/unde-error.ts';
import { parseInventory } from '../../../src/lib/inventory/parse.ts';
import { changed, fleetWith, hostOf, SOUND_FLEET } from './fleet-fixture.ts';

const FILE = '/fleet/inventory.yaml';

/** The details of the error that a text ends in. */
function problemsOf(text: string, built?: readonly string[]): readonly string[] {
  try {
    parseInventory(text, FILE, built);
  } catch (error) {
    if (error instanceof UndeError && error.code === 'BAD_INVENTORY') return error.details;
    throw error;
  }
  return [];
}

function problemsWith(...changes: readonly (readonly [string, string])[]): readonly string[] {
  return problemsOf(changed(SOUND_FLEET, changes));
}

describe('parseInventory', () => {
  it('gives each host its site, phase, line and services, those of every host included', () => {
    const host = hostOf(fleetWith(), 'cache');
    expect(host).toMatchObject({
      site: 'local',
      phase: 2,
      line: 11,
      services: ['redis', 'wireguard', 'node-exporter'],
    });
  });

  it('lets a host have a phase of its own', () => {
    expect(hostOf(fleetWith(['task: cache', 'phase: 3, task: cache']), 'cache').phase).toBe(3);
  });

  it('inherits ssh settings from fleet to site to host', () => {
    const inventory = fleetWith(
      ['everywhere: [node-exporter]', 'ssh: { user: ops, port: 2222 }\neverywhere: [node-exporter]'],
      ['phase: 2', 'phase: 2\n    ssh: { jump: gateway, port: 22 }'],
      ['task: cache,', 'task: cache, ssh: { user: root, identity_file: keys/cache },'],
    );
    expect(hostOf(inventory, 'cache').ssh).toEqual({
      user: 'root',
      port: 22,
      jump: 'gateway',
      identityFile: '/fleet/keys/cache',
      timeoutSeconds: 10,
    });
    expect(hostOf(inventory, 'gateway').ssh).toEqual({ user: 'ops', port: 2222, timeoutSeconds: 10 });
  });

  it('knows the operators, and the storage that others run', () => {
    const key = `ssh-ed25519 ${'A'.repeat(68)} kim@laptop`;
    const inventory = fleetWith([
      'everywhere: [node-exporter]',
      `operators: { kim: { ssh: ["${key}"] } }
external: { object_storage: { endpoint: s3.example, buckets: { media: { private: true, use: photos } } } }
everywhere: [node-exporter]`,
    ]);
    expect(inventory.operators).toEqual([{ name: 'kim', sshKeys: [key] }]);
    expect(inventory.objectStorage?.buckets).toEqual({ media: { private: true, use: 'photos' } });
    expect(fleetWith().operators).toEqual([]);
    expect(fleetWith().objectStorage).toBeUndefined();
  });

  it.each([
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a key with options', 'command="id" ssh-ed25519 AAAA kim@laptop'],
    ['a path', '~/.ssh/id_ed25519.pub'],
  ])('takes no %s for a public key', (_, key) => {
    expect(
      problemsWith([
        'everywhere: [node-exporter]',
        `operators: { kim: { ssh: ['${key}'] } }\neverywhere: [node-exporter]`,
      ]).join(),
    ).toContain('must be a public key as in ~/.ssh/id_ed25519.pub');
  });

  it("reads ~ in a key's path as the operator's home", () => {
    const inventory = fleetWith(['task: cache,', 'task: cache, ssh: { identity_file: ~/.ssh/fleet },']);
    expect(hostOf(inventory, 'cache').ssh.identityFile).toBe(path.join(os.homedir(), '.ssh/fleet'));
  });

  it('does not send a jump host through itself', () => {
    const inventory = fleetWith([
      'everywhere: [node-exporter]',
      'ssh: { jump: gateway }\neverywhere: [node-exporter]',
    ]);
    expect(hostOf(inventory, 'gateway').ssh.jump).toBeUndefined();
    expect(hostOf(inventory, 'broker').ssh.jump).toBe('gateway');
  });

  it('reports broken syntax with its place', () => {
    expect(problemsOf('sites: [\n  a')).toEqual([
      expect.stringMatching(/^\/fleet\/inventory\.yaml:\d+:\d+ {2}not valid YAML: /),
    ]);
  });

  it('reports a host that stands twice in a site', () => {
    expect(problemsWith(['      cache: {', '      app: {'])).toContain(
      `${FILE}:11:7  this key stands here a second time`,
    );
  });

  it('reports an empty file', () => {
    expect(problemsOf('# nothing yet\n')).toEqual([
      `${FILE}:1:1  the file must be a map of keys and values, not empty`,
    ]);
  });

  it('reports an unknown key, with the one that was meant', () => {
    expect(problemsWith(['address: 10.2.0.3', 'adress: 10.2.0.3'])).toEqual([
      `${FILE}:11:7  "address" is missing in sites.local.hosts.cache`,
      `${FILE}:11:24  unknown key "adress" in sites.local.hosts.cache; did you mean address?`,
    ]);
  });

  it('reports all errors at once, in the order of the file', () => {
    const problems = problemsWith(
      ['status: deployed', 'status: deploid'],
      ['vcpu: 16, ram_gb: 32, huge', 'vcpu: many, ram_gb: -1, huge'],
      ['address: 10.2.0.2', 'address: 10.2.0.256'],
    );
    expect(problems.map((problem) => problem.replace(FILE, ''))).toEqual([
      ':10:31  sites.local.hosts.app.address must be an IPv4 address, not "10.2.0.256"',
      ':13:49  sites.local.hosts.shard.vcpu must be a number, not "many"',
      ':13:63  sites.local.hosts.shard.ram_gb must be more than 0, not -1',
      ':18:53  sites.helsinki.hosts.gateway.status must be running, deployed or create, not "deploid"; did you mean deployed?',
    ]);
  });

  it.each([
    ['a name with capitals', ['      cache: {', '      Cache: {'], '"Cache" cannot be a name'],
    ['a host of two sites', ['      broker: {', '      app: {'], 'host "app" stands in local too'],
    ['a reserved name', ['      broker: {', '      all: {'], '"all" is reserved'],
    [
      'a group with a stranger',
      ['votes: [vote-1,', 'votes: [vote-9,'],
      'no host is called "vote-9"; did you mean',
    ],
    [
      'a group named like a host',
      ['  votes: [', '  app: [vote-1]\n  votes: ['],
      '"app" is the name of a host already',
    ],
    [
      'a tunnel of a stranger',
      ['  app: { interface', '  apq: { interface'],
      'no host is called "apq"; did you mean app?',
    ],
    [
      'a quorum of a stranger',
      ['members: votes', 'members: vote'],
      'no group is called "vote"; did you mean votes?',
    ],
    ['a quorum that survives a stranger', ['[local, helsinki]', '[locl]'], 'no site is called "locl"'],
    [
      'a queue on a stranger',
      ['{ host: cache,', '{ host: cash,'],
      'no host is called "cash"; did you mean cache?',
    ],
    [
      'a jump host that is a stranger',
      ['task: cache,', 'task: cache, ssh: { jump: gw },'],
      'no host is called "gw"',
    ],
    [
      'a host that jumps over itself',
      ['task: cache,', 'task: cache, ssh: { jump: cache },'],
      'its own jump host',
    ],
    [
      'co-location with a stranger',
      ['task: cache,', 'task: cache, colocated_with: [x],'],
      'no host is called "x"',
    ],
    ['a claim about a stranger', ['broker: { type', 'brker: { type'], 'did you mean broker?'],
    [
      'a service that is placed twice',
      ['services: [web]', 'services: [web, web]'],
      '"web" is placed here twice',
    ],
    [
      'a time zone that is none',
      ['everywhere:', 'time_zone: Mars/Base\neverywhere:'],
      'not an IANA time zone',
    ],
    ['a scrape target without a port', ['"10.1.0.5:8003"', '"10.1.0.5"'], 'must be address:port'],
    [
      'a port that is none',
      ['{ port: 443 }', '{ port: 70000 }'],
      'planned.web.port must be at most 65535, not 70000',
    ],
    [
      'text where a list belongs',
      ['votes: [vote-1, vote-2, vote-3]', 'votes: vote-1'],
      'must be a list, not "vote-1"',
    ],
  ] as const)('reports %s', (_, change, message) => {
    expect(problemsWith(change).join('\n')).toContain(message);
  });

  it('takes a service that is neither built nor planned for a typing error, once it knows what is built', () => {
    const text = changed(SOUND_FLEET, [['services: [embedder] }', 'services: [embeder] }']]);
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text, ['embedder', 'node-exporter'])).toEqual([
      expect.stringContaining('no built or planned service is called "embeder"; did you mean embedder?'),
    ]);
    expect(problemsOf(SOUND_FLEET, ['embedder', 'node-exporter'])).toEqual([]);
  });

  it('ends in exit class config and names the first place', () => {
    try {
      parseInventory('nonsense: 1', FILE);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_INVENTORY', exit: 'config', where: { file: `${FILE}:1:1` } });
    }
  });
});
