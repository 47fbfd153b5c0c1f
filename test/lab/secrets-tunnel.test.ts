import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet, until } from './fleet.ts';
import { labStore } from './secrets-traces.ts';

const LAB = 'tunnelkey';
const GATEWAY = 'helsinki-gw';
const LOCAL = 'local-redis';
const INTERFACE = 'wg-redis';

let fleet: TestFleet;
/** The far end's own address. */
let far = '';

/** The public keys of both ends, as WireGuard itself says them: its own, and the one that it accepts. */
const keysAt = async (host: string) =>
  (await fleet.console(host, `wg show ${INTERFACE} public-key; wg show ${INTERFACE} peers`)).split('\n');

async function expectOneMind(): Promise<string[]> {
  const [local = [], gateway = []] = await Promise.all([LOCAL, GATEWAY].map(keysAt));
  expect(gateway).toEqual(local.toReversed());
  const store = await labStore(LAB);
  expect(local).toEqual([
    store.entry(`wireguard-${LOCAL}`)?.public,
    store.entry(`wireguard-${GATEWAY}`)?.public,
  ]);
  return local;
}
const answers = () =>
  until(
    'the tunnel to carry packets',
    () => fleet.console(LOCAL, `ping -n -c 1 -W 8 -I ${INTERFACE} ${far} >/dev/null && echo answered`),
    (said) => said === 'answered',
  );

beforeAll(async () => {
  fleet = await TestFleet.up(LAB, [GATEWAY, LOCAL]);
  await fleet.ok('deploy', 'wireguard');
  far = await fleet.console(GATEWAY, `ip -4 -o address show dev ${INTERFACE} | sed 's/.*inet //; s,/.*,,'`);
  await answers();
});
afterAll(async () => {
  await fleet?.down();
});

describe('the key of a tunnel', () => {
  it.each([LOCAL, GATEWAY])('of %s changes at both ends together, and no packet is lost', async (host) => {
    const before = await expectOneMind();
    const began = fleet.console(LOCAL, `ping -n -q -i 0.2 -c 150 -W 8 -I ${INTERFACE} ${far}`);
    await fleet.ok('secrets', 'rotate', `wireguard-${host}`);
    // WireGuard keeps what it cannot send yet, and asks for another handshake after five seconds.
    expect(await began).toMatch(/150 received/);
    const after = await expectOneMind();
    const changed = host === LOCAL ? 0 : 1;
    expect(after[changed]).not.toBe(before[changed]);
    expect(after[1 - changed]).toBe(before[1 - changed]);
    await fleet.ok('secrets', 'check');
  });

  it('goes on after the command was killed between the ends', async () => {
    const before = await expectOneMind();
    const running = fleet.start(['secrets', 'rotate', `wireguard-${LOCAL}`]);
    await until(
      'the ends to change',
      () => Promise.resolve(running.stderr()),
      (said) => said.includes('both ends'),
    );
    running.kill();
    await running.answer;
    await fleet.ok('secrets', 'rotate', `wireguard-${LOCAL}`);
    const after = await expectOneMind();
    expect(after[0]).not.toBe(before[0]);
    await answers();
    await fleet.ok('secrets', 'check');
  });

  it('is not rotated where a deploy would change more than the key', async () => {
    const before = await expectOneMind();
    await fleet.console(LOCAL, `echo '# edited' >>/etc/unde/wireguard/${INTERFACE}.conf`);
    const refused = await fleet.exits(4, 'secrets', 'rotate', `wireguard-${LOCAL}`);
    expect(refused.stderr).toContain('unde deploy wireguard, then rotate');
    await fleet.ok('deploy', 'wireguard');
    expect(await expectOneMind()).toEqual(before);
  });
});
