import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PathVerdict } from '../../src/lib/operations/network/path-verdict.ts';
import type { TunnelStatus } from '../../src/lib/operations/network/tunnel-status.ts';
import { TestFleet, until } from './fleet.ts';

const WATCH = 'monitoring';
const GATEWAY = 'helsinki-gw';
const ONE = 'local-redis';
const OTHER = 'local-mood';
let fleet: TestFleet;

/** What a test says of the network. */
interface Network {
  readonly management?: readonly string[];
  /** Hosts whose tunnel the inventory has forgotten. */
  readonly without?: readonly string[];
}

/** Writes an inventory in which the hosts run `hello` and what every host runs, and Prometheus has its place. */
async function say({ management = ['203.0.113.0/24'], without = [] }: Network): Promise<void> {
  await fleet.settings({});
  await fleet.edit((inventory, hosts) => {
    inventory.everywhere = ['node-exporter', 'firewall'];
    inventory.services['firewall'] = { settings: { management } };
    for (const host of without) delete inventory.tunnels[host];
    for (const name of fleet.hosts) {
      const host = hosts[name];
      if (host !== undefined) host.services = name === WATCH ? ['hello', 'prometheus'] : ['hello'];
    }
  });
}

beforeAll(async () => {
  fleet = await TestFleet.up('nettest', [WATCH, GATEWAY, ONE, OTHER], ['--wan-delay', '40ms']);
  await fleet.release('a');
  const manifest = path.join(fleet.directory, 'services/hello/manifest.ts');
  const text = await readFile(manifest, 'utf8');
  await writeFile(
    manifest,
    text.replace('metrics: [],', "metrics: [], clients: [{ service: 'prometheus' }],"),
  );
  await say({});
});
afterAll(async () => {
  await fleet?.down();
});

async function tunnels(): Promise<{ code: number; tunnels: readonly TunnelStatus[] }> {
  const answer = await fleet.unde(['network', 'status', '--json']);
  return { code: answer.code, ...(answer.json() as { tunnels: TunnelStatus[] }) };
}

async function tunnelOf(host: string): Promise<TunnelStatus | undefined> {
  return (await tunnels()).tunnels.find(({ from }) => from === host);
}

/** What `unde network check` finds wrong, a line each. */
async function wrongPaths(...args: readonly string[]): Promise<string[]> {
  const answer = await fleet.unde(['network', 'check', '--json', ...args]);
  const { paths } = answer.json() as { paths: PathVerdict[] };
  const wrong = paths.filter(({ verdict }) => verdict !== 'right');
  expect(answer.code, answer.stderr).toBe(wrong.length === 0 ? 0 : 10);
  expect(paths.length).toBeGreaterThan(0);
  return wrong.map((each) => `${each.from} > ${each.to}:${each.port} ${each.expected} ${each.found}`);
}

/** Connects from one host to another with a deadline: `open`, or what bash said. */
function connecting(from: string, to: string, port: number): Promise<string> {
  return fleet.on(
    from,
    `timeout 3 bash -c 'exec 3<>/dev/tcp/${to}/${port}' 2>&1 && echo open || echo closed`,
  );
}

const ADDRESS = { [WATCH]: '198.18.0.7', [GATEWAY]: '198.18.0.2', [ONE]: '198.19.0.4' } as const;

/** What two busy processors lose by themselves of packets that two programs carry and a third delays, in percent. */
const BUSY_LOSS = 5;

function lossOf(ping: string): number {
  return Number(/([\d.]+)% packet loss/.exec(ping)?.[1] ?? Number.NaN);
}

describe('before there is a firewall', () => {
  it('network check finds what nobody declares open, from the hosts themselves', async () => {
    await fleet.ok('deploy', 'hello,node-exporter');
    const wrong = await wrongPaths('--sample', '100');
    expect(wrong).toContain(`${OTHER} > ${ONE}:8099 closed open`);
    expect(wrong).toContain(`${GATEWAY} > ${ONE}:9100 closed open`);
    // Whom the management range does not name must not log in from one host to the next.
    expect(wrong).toContain(`${WATCH} > ${ONE}:22 closed open`);
    expect(wrong.filter((line) => line.includes('open refused') || line.includes('no answer'))).toEqual([]);
  });
});

describe('the tunnels', () => {
  it('come up by a deploy, and a second one has nothing to do', async () => {
    await fleet.ok('deploy', 'wireguard');
    await until('both tunnels', tunnels, ({ code, tunnels: all }) => code === 0 && all.length === 2, 60);
    const again = await fleet.unde(['plan', 'wireguard', '--json']);
    expect((again.json() as { plan: { state: string }[] }).plan.map(({ state }) => state)).toEqual([
      'no change',
      'no change',
      'no change',
      'no change',
    ]);
  });

  it('carry what goes between the sites, both ways, from and to the one address of a host', async () => {
    // The far end of the WAN is 40 ms away; what is on the link itself would be, too, but for the interface.
    expect((await tunnelOf(ONE))?.rttMs).toBeGreaterThanOrEqual(40);
    expect(await fleet.on(ONE, `ip -o route get ${ADDRESS[WATCH]}`)).toContain(
      `dev wg-redis table 5182 src ${ADDRESS[ONE]}`,
    );
    expect(await fleet.on(WATCH, `ip -o route get ${ADDRESS[ONE]}`)).toContain(`via ${ADDRESS[GATEWAY]}`);
    const before = (await tunnelOf(ONE))?.receivedBytes ?? 0;
    expect(await connecting(WATCH, ADDRESS[ONE], 8099)).toBe('open');
    await fleet.on(WATCH, `ping -c 3 -i 0.2 -s 1300 ${ADDRESS[ONE]}`);
    expect(((await tunnelOf(ONE))?.receivedBytes ?? 0) - before).toBeGreaterThan(3900);
    // The operator's own way does not depend on them.
    expect(await fleet.on(ONE, 'ip -o route get 198.18.240.1')).toContain('dev eth0');
  });

  it('tell node-exporter how they are', async () => {
    const exported = () => fleet.get(GATEWAY, 9100, '/metrics');
    const metrics = await until(
      'the metrics of both tunnels',
      exported,
      (text) =>
        ['wg-redis', 'wg-mood'].every((tunnel) =>
          new RegExp(`^vpn_tunnel_rtt_ms\\{.*"${tunnel}"\\}`, 'm').test(text),
        ),
      90,
    );
    expect(metrics).toContain('vpn_tunnel_up{from="local-redis",from_site="local",tunnel="wg-redis"} 1');
    expect(metrics).toMatch(
      /^vpn_tunnel_rtt_ms\{from="local-redis",from_site="local",tunnel="wg-redis"\} [4-9]\d/m,
    );
    expect(await fleet.on(GATEWAY, 'ls /var/lib/prometheus/node-exporter | grep wireguard')).toBe(
      'unde-wireguard.prom',
    );
  });

  it('stay as they are over a restart', async () => {
    // Interfaces that were made anew would have other numbers, and begin to count at nothing.
    const made = (host: string) =>
      fleet.on(host, 'cat /sys/class/net/wg-*/ifindex; pgrep -x wireguard-go; wg show all public-key');
    const before = [await made(ONE), await made(GATEWAY)];
    const received = (await tunnelOf(ONE))?.receivedBytes ?? Number.NaN;
    const ping = fleet.on(ONE, `ping -i 0.1 -c 80 -q ${ADDRESS[WATCH]}`);
    for (const host of [ONE, GATEWAY, WATCH]) {
      await fleet.ok('restart', `wireguard+host:${host}`);
    }
    expect(lossOf(await ping)).toBeLessThanOrEqual(BUSY_LOSS);
    expect([await made(ONE), await made(GATEWAY)]).toEqual(before);
    expect((await tunnelOf(ONE))?.receivedBytes).toBeGreaterThan(received);
  });

  it('take a new key over by a reload, and everything else stays as it is', async () => {
    const key = '/etc/credstore.encrypted/unde.wireguard.key';
    const index = 'cat /sys/class/net/wg-redis/ifindex';
    const before = await fleet.on(ONE, `wg show wg-redis public-key; ${index}`);
    const [fresh, shown, after] = (
      await fleet.on(
        ONE,
        `cp -p ${key} /root/key; umask 077; wg genkey >/run/new; wg pubkey </run/new; systemd-creds encrypt --name=key /run/new ${key}; rm /run/new; systemctl reload unde-wireguard; wg show wg-redis public-key; ${index}`,
      )
    ).split('\n');
    expect(shown).toBe(fresh);
    expect(after).toBe(before.split('\n')[1]);
    await fleet.on(ONE, `mv /root/key ${key}; systemctl reload unde-wireguard`);
    expect(await fleet.on(ONE, `wg show wg-redis public-key; ${index}`)).toBe(before);
    await until(
      'the tunnel',
      () => tunnelOf(ONE),
      (seen) => seen?.state === 'up',
      60,
    );
  });

  it('that lose their interface are seen, cut off rather than bypassed, and mended without anybody', async () => {
    // The keeper is held still, or it would mend the tunnel before anybody could look.
    await fleet.on(ONE, 'systemctl kill --kill-whom=main -s STOP unde-wireguard; ip link delete wg-redis');
    const seen = await until(
      'the lost interface',
      tunnels,
      ({ tunnels: all }) => all.map(({ state }) => state).join() === 'down,up',
    );
    expect(seen).toMatchObject({
      code: 10,
      tunnels: [
        { tunnel: 'wg-redis', state: 'down', reason: 'local-redis has no such interface' },
        { tunnel: 'wg-mood', state: 'up' },
      ],
    });
    expect(await connecting(ONE, ADDRESS[WATCH], 9100)).toContain('closed');
    expect(await fleet.on(ONE, '/usr/local/lib/unde/wireguard check || true')).toBe(
      'wg-redis is not as planned',
    );
    await fleet.on(ONE, 'systemctl kill --kill-whom=main -s CONT unde-wireguard');
    await until(
      'the mended tunnel',
      () => tunnelOf(ONE),
      (now) => now?.state === 'up',
    );
    await until(
      'a connection through it',
      () => connecting(ONE, ADDRESS[WATCH], 9100),
      (found) => found === 'open',
    );
  });

  it('fall silent when the line is cut, and come back when it heals', async () => {
    await fleet.ok('lab', 'cut', 'wan', '--name', fleet.lab);
    await until(
      'both tunnels to be down',
      tunnels,
      ({ code, tunnels: all }) => code === 10 && all.every(({ state }) => state === 'down'),
    );
    const metric = () => fleet.on(GATEWAY, 'cat /var/lib/prometheus/node-exporter/unde-wireguard.prom');
    await until('vpn_tunnel_up 0', metric, (text) => /^vpn_tunnel_up\{.*wg-redis.*\} 0$/m.test(text), 90);
    await fleet.ok('lab', 'heal', 'wan', '--name', fleet.lab);
    await until('the tunnels', tunnels, ({ code }) => code === 0, 60);
    await until('vpn_tunnel_up 1', metric, (text) => /^vpn_tunnel_up\{.*wg-redis.*\} 1$/m.test(text), 90);
  });
});

describe('the firewall', () => {
  it('that would lock the operator out returns by itself, to no rules where there were none', async () => {
    await say({ management: ['10.2.0.0/24'] });
    const answer = await fleet.unde(['deploy', `firewall+host:${OTHER}`]);
    expect(answer.code, answer.stdout).not.toBe(0);
    await until(
      'the return',
      () => fleet.console(OTHER, 'nft list ruleset; cat /var/lib/unde/services/firewall/pending 2>/dev/null'),
      (seen) => seen === '',
      60,
    );
    expect(await fleet.on(OTHER, 'systemctl is-active nftables; systemctl is-enabled nftables')).toBe(
      'inactive\ndisabled',
    );
  });

  it('lets through what is declared and nothing else', async () => {
    await say({});
    await fleet.ok('deploy', 'firewall');
    await until(
      'no path to be wrong',
      () => wrongPaths('--sample', '100'),
      (wrong) => wrong.length === 0,
    );
    expect(await connecting(ONE, ADDRESS[WATCH], 22)).toContain('closed');
    const again = await fleet.unde(['plan', 'firewall', '--json']);
    expect(
      (again.json() as { plan: { state: string }[] }).plan.every(({ state }) => state === 'no change'),
    ).toBe(true);
    await until('the tunnels', tunnels, ({ code }) => code === 0);
  });

  it('counts what it drops', async () => {
    const dropped = async () =>
      Number(/packets (\d+)/.exec(await fleet.on(ONE, 'nft list counter inet unde dropped'))?.[1]);
    const before = await dropped();
    await connecting(OTHER, ADDRESS[ONE], 9100);
    expect(await dropped()).toBeGreaterThan(before);
  });

  it('that would lock the operator out returns by itself, to the rules that it had', async () => {
    const rules = () => fleet.console(OTHER, 'nft -s list table inet unde');
    const before = await rules();
    await say({ management: ['10.2.0.0/24'] });
    const running = fleet.start(['deploy', `firewall+host:${OTHER}`]);
    await until(
      'the gate',
      () => fleet.console(OTHER, "systemctl list-units --no-legend 'unde-return-*-late.timer'"),
      (seen) => seen !== '',
    );
    // Nobody is left who could take it back over the connection that was there before.
    running.kill();
    await running.answer;
    expect(await rules()).not.toBe(before);
    await until('the rules of before', rules, (seen) => seen === before, 60);
    await until(
      'a login',
      () => fleet.unde(['exec', `host:${OTHER}`, '--', 'true']),
      ({ code }) => code === 0,
      30,
    );
    // The rules are back before it is written down that they are.
    const last = await until(
      'the entry in the ledger',
      async () => {
        const history = await fleet.unde(['history', `firewall+host:${OTHER}`, '--json']);
        return (history.json() as { entries: { result: string; reason?: string }[] }).entries[0];
      },
      (entry) => entry?.result === 'returned',
    );
    expect(last?.reason).toContain('nobody confirmed');
    await say({});
    await fleet.ok('drift', 'firewall');
  });

  it('whose rules somebody changes by hand is not well, says so, and a restart mends it', async () => {
    await fleet.on(ONE, 'nft add rule inet unde input tcp dport 9999 accept');
    const status = await fleet.unde(['status', '--once', '--json']);
    expect(status.stdout).toContain('somebody changed them by hand');
    await fleet.ok('restart', `firewall+host:${ONE}`);
    expect(await fleet.on(ONE, 'nft list table inet unde')).not.toContain('9999');
    expect((await fleet.unde(['status', '--once', '--json'])).stdout).not.toContain('by hand');
  });

  it('has no moment without rules when it is restarted', async () => {
    const watching = fleet.on(
      ONE,
      'for i in $(seq 400); do nft list chain inet unde input >/dev/null 2>&1 || echo gap; done; echo done',
    );
    for (let i = 0; i < 3; i++) await fleet.on(ONE, 'systemctl restart nftables');
    expect(await watching).toBe('done');
  });

  it('refuses to cut off containers that live on the host', async () => {
    await fleet.on(ONE, 'ip link add docker0 type bridge');
    const answer = await fleet.on(
      ONE,
      'systemctl restart nftables 2>&1; journalctl --sync; journalctl -u nftables -n 5 -o cat',
    );
    expect(answer).toContain('docker0 exists');
    expect(await fleet.on(ONE, 'nft list table inet unde')).toContain('policy drop');
    await fleet.on(ONE, 'ip link delete docker0; systemctl restart nftables');
  });
});

describe('a tunnel that the inventory forgets', () => {
  it('goes, without a lost packet in the others', async () => {
    await say({ without: [OTHER] });
    const ping = fleet.on(ONE, `ping -i 0.2 -c 100 -q ${ADDRESS[WATCH]}`);
    await fleet.ok('deploy', 'wireguard');
    expect(await fleet.on(GATEWAY, 'wg show interfaces')).toBe('wg-redis');
    expect(await fleet.on(OTHER, 'wg show interfaces; ip rule show pref 5182; ls /etc/unde/wireguard')).toBe(
      'plan',
    );
    expect(lossOf(await ping)).toBeLessThanOrEqual(BUSY_LOSS);
  });
});
