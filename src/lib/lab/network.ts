import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { LAB_PREFIX_LENGTH } from './address.ts';
import { nsenterCommand } from './enter.ts';
import { run } from './process.ts';
import { labSwitchNamespace, type LabHost } from './state.ts';

const NAMESPACES = '/run/netns';

/** Interface names have at most 15 bytes. */
const NAME_LIMIT = 15;

/** A machine's network namespace. */
export function machineNamespace(lab: string, host: string): string {
  return `unde-${lab}-${host}`;
}

/** The bridge that a site's machines are plugged into. */
export function bridgeName(site: string): string {
  return shorten(`br-${site}`);
}

/** The port on a site's bridge that the WAN link is plugged into. */
export function wanPort(site: string): string {
  return shorten(`wan-${site}`);
}

/** The port of a machine on its site's bridge: its own name where that fits, for `tcpdump -i` to be readable. */
export function machinePort(host: string): string {
  return /^(br|wan)-|^lo$/.test(host) ? shorten(`${host}-machine-port`) : shorten(host);
}

function shorten(name: string): string {
  if (name.length <= NAME_LIMIT) return name;
  return `${name.slice(0, 8)}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}

/** Renders `ip -batch` lines that make a lab's bridges, one a site, and the operator's address on one of them. */
export function renderSwitch(sites: readonly string[], operatorSite: string, operator: string): string {
  const lines = ['link set lo up'];
  for (const [index, site] of sites.entries()) {
    const bridge = bridgeName(site);
    // An address of its own, or the bridge would take the lowest of its ports', and change with them.
    lines.push(
      `link add ${bridge} address 02:00:c6:12:00:0${index + 1} type bridge mcast_snooping 0`,
      `link set ${bridge} addrgenmode none`,
      // The kernel answers ARP for its addresses on every interface: the other site would reach the operator
      // through its own bridge, past the WAN.
      ...(site === operatorSite ? [] : [`link set ${bridge} arp off`]),
      `link set ${bridge} up`,
    );
  }
  lines.push(`address add ${operator}/${LAB_PREFIX_LENGTH} dev ${bridgeName(operatorSite)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Renders the nftables table that cuts. ARP passes, so that what is cut off is silent rather than unreachable: TCP
 * sees packets vanish, as behind a dead router, and no "no route to host".
 */
export function renderCutTable(): string {
  return `table bridge unde {
  set cut { type ifname; }
  chain arriving { type filter hook prerouting priority -300; policy accept; iifname @cut ether type != arp drop; }
  chain leaving { type filter hook postrouting priority -300; policy accept; oifname @cut ether type != arp drop; }
}
`;
}

/** Renders `ip -batch` lines, for the switch namespace, that plug a machine in. */
export function renderPlug(lab: string, host: Pick<LabHost, 'name' | 'site' | 'address'>): string {
  const port = machinePort(host.name);
  return [
    `link add ${port} type veth peer name eth0 address ${hardwareAddress(host.address)} netns ${machineNamespace(lab, host.name)}`,
    `link set ${port} addrgenmode none`,
    `link set ${port} master ${bridgeName(host.site)}`,
    `link set ${port} up`,
    '',
  ].join('\n');
}

/** An Ethernet address that belongs to an IP address, so that neighbours find a machine that was booted again. */
function hardwareAddress(address: string): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `02:01:${bytes.join(':')}`;
}

/** Renders `ip -batch` lines, for the machine's namespace, that give it its address. */
export function renderMachineAddress(host: Pick<LabHost, 'address'>): string {
  return [
    'link set lo up',
    'link set eth0 addrgenmode none',
    `address add ${host.address}/${LAB_PREFIX_LENGTH} dev eth0`,
    'link set eth0 up',
    '',
  ].join('\n');
}

/** The lab's network namespaces that exist: the switch's and the machines'. */
export async function labNamespaces(lab: string): Promise<string[]> {
  if (!existsSync(NAMESPACES)) return [];
  // A lab's name has no dash, so that one lab's prefix is never the beginning of another's.
  return (await readdir(NAMESPACES)).filter((name) => name.startsWith(`unde-${lab}-`));
}

/** Runs `ip -batch` in a namespace. */
export async function ipBatch(namespace: string, lines: string): Promise<void> {
  await run('ip', ['-n', namespace, '-batch', '-'], { input: lines });
}

/** Makes the switch namespace with its bridges, and no way out of it. */
export async function makeSwitch(
  lab: string,
  sites: readonly string[],
  operatorSite: string,
  operator: string,
): Promise<void> {
  const namespace = labSwitchNamespace(lab);
  await run('ip', ['netns', 'add', namespace]);
  await ipBatch(namespace, renderSwitch(sites, operatorSite, operator));
  await inSwitch(lab, ['nft', '-f', '-'], renderCutTable());
}

/** Whether the switch is there and whole: its last part is made last. */
export async function isSwitchWhole(lab: string): Promise<boolean> {
  if (!existsSync(`${NAMESPACES}/${labSwitchNamespace(lab)}`)) return false;
  return inSwitch(lab, ['nft', 'list', 'table', 'bridge', 'unde']).then(
    () => true,
    () => false,
  );
}

/**
 * Runs a program inside the switch namespace.
 *
 * @throws UndeError LAB_DOWN, LAB_NEEDS_ROOT, LAB_TOOL_FAILED
 */
export async function inSwitch(lab: string, command: readonly string[], input?: string): Promise<string> {
  const [file, ...args] = nsenterCommand(lab, command);
  return run(file, args, input === undefined ? {} : { input });
}

/** Makes a machine's namespace and plugs it into its site's bridge. */
export async function plugMachine(lab: string, host: LabHost): Promise<void> {
  const namespace = machineNamespace(lab, host.name);
  await run('ip', ['netns', 'add', namespace]);
  await ipBatch(labSwitchNamespace(lab), renderPlug(lab, host));
  await ipBatch(namespace, renderMachineAddress(host));
}

/** Removes a machine's namespace and its port; what is not there is no error. */
export async function unplugMachine(lab: string, host: string): Promise<void> {
  // The kernel frees a namespace's devices a while after the namespace itself, the port first if asked.
  await run('ip', ['-n', labSwitchNamespace(lab), 'link', 'delete', machinePort(host)]).catch(
    () => undefined,
  );
  await deleteNamespace(machineNamespace(lab, host));
}

/** Removes a namespace; does nothing where there is none. */
export async function deleteNamespace(namespace: string): Promise<void> {
  if (existsSync(`${NAMESPACES}/${namespace}`)) await run('ip', ['netns', 'delete', namespace]);
}

/** Ports that are cut, from the kernel itself. */
export async function cutPorts(lab: string): Promise<ReadonlySet<string>> {
  const text = await inSwitch(lab, ['nft', '-j', 'list', 'set', 'bridge', 'unde', 'cut']);
  const answer = JSON.parse(text) as { nftables: { set?: { elem?: string[] } }[] };
  return new Set(answer.nftables.flatMap((entry) => entry.set?.elem ?? []));
}

/** Cuts ports off, or heals them. */
export async function setCut(lab: string, ports: readonly string[], cut: boolean): Promise<void> {
  const now = await cutPorts(lab);
  const change = ports.filter((port) => now.has(port) !== cut);
  if (change.length === 0) return;
  const elements = change.map((port) => `"${port}"`).join(', ');
  await inSwitch(lab, ['nft', cut ? 'add' : 'delete', 'element', 'bridge', 'unde', 'cut', `{ ${elements} }`]);
}
