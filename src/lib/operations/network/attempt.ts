import { BlockList } from 'node:net';
import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { sha256 } from '../../common/text/digest.ts';
import { declaredPaths, type DeclaredPath } from '../../desired/network/paths.ts';
import { sshAccess } from '../../desired/network/ssh-access.ts';

/** One connection that is tried from one host to another, and what must come of it. */
export interface Attempt {
  readonly from: Host;
  readonly to: Host;
  readonly port: number;
  /** What answers there. */
  readonly service: string;
  readonly expected: 'open' | 'closed';
  /** Who declares the path; for a closed one, that nobody does. */
  readonly why: string;
}

/** Which connections to try. */
export interface AttemptOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** How many undeclared connections are tried to each host. */
  readonly sample: number;
  /** The firewall's own setting: where operators come from. */
  readonly management: (host: Host) => readonly string[];
}

/** What listens somewhere, declared or not. */
interface Socket {
  readonly port: number;
  readonly service: string;
}

/**
 * What to try: every declared path over TCP from each of its clients, and to every host a sample of connections that
 * nobody declares, to ports where something listens. The sample is the same every time, so that two runs compare. A
 * path that the whole fleet or anybody may use is tried from one host of each site.
 */
export function attemptsOf(scope: RenderScope, options: AttemptOptions): Attempt[] {
  const paths = declaredPaths(scope).filter(({ protocol }) => protocol === 'tcp');
  const open = paths.filter(({ built }) => built).flatMap((path) => declaredAttempts(scope, path));
  const closed = scope.hosts.flatMap((to) => closedAttempts(scope, to, paths, options));
  return [...open, ...closed].filter(
    ({ from, to }) =>
      (options.from === undefined || from.name === options.from) &&
      (options.to === undefined || to.name === options.to),
  );
}

function declaredAttempts(scope: RenderScope, path: DeclaredPath): Attempt[] {
  const { to, port, service, why } = path;
  const clients = typeof path.from === 'string' ? oneOfEachSite(scope, to) : path.from;
  return clients.map((from) => ({ from, to, port, service, expected: 'open', why }));
}

function oneOfEachSite(scope: RenderScope, to: Host): Host[] {
  const sites = Map.groupBy(
    scope.hosts.filter(({ name }) => name !== to.name),
    ({ site }) => site,
  );
  return [...sites.values()].flatMap(([first]) => first ?? []);
}

function closedAttempts(
  scope: RenderScope,
  to: Host,
  paths: readonly DeclaredPath[],
  options: AttemptOptions,
): Attempt[] {
  const own = paths.filter((path) => path.to.name === to.name);
  const ssh = sshAccess(scope, to, options.management(to));
  const listening = scope.manifests.flatMap(({ name: service, port }) =>
    port !== undefined && to.services.includes(service) ? [{ service, port }] : [],
  );
  const sockets: Socket[] = [
    ...new Map([...listening, ...own].map(({ port, service }) => [port, { port, service }])).values(),
    { port: ssh.port, service: 'ssh' },
  ];
  const mayLogIn = (from: Host) =>
    ssh.management.length === 0 ||
    ssh.jumps.includes(from) ||
    isWithin(scope.addressOf(from), ssh.management);
  const candidates = scope.hosts
    .filter((from) => scope.addressOf(from) !== scope.addressOf(to))
    .flatMap((from) =>
      sockets
        .filter(({ port, service }) =>
          service === 'ssh' ? !mayLogIn(from) : !own.some((path) => path.port === port && mayUse(path, from)),
        )
        .map((socket): Attempt => ({ from, to, ...socket, expected: 'closed', why: 'nobody declares it' })),
    );
  // From the chosen host only, where one is: else the sample might have none of it.
  return candidates
    .filter(({ from }) => options.from === undefined || from.name === options.from)
    .map((attempt) => [sha256(`${attempt.from.name} ${to.name} ${attempt.port}`), attempt] as const)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .slice(0, options.sample)
    .map(([, attempt]) => attempt);
}

function mayUse({ from }: DeclaredPath, host: Host): boolean {
  return typeof from === 'string' || from.some(({ name }) => name === host.name);
}

/** Whether an IPv4 address lies in one of some addresses and networks. */
function isWithin(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks.filter((each) => !each.includes(':'))) {
    const [base = '', length] = network.split('/');
    if (length === undefined) list.addAddress(base);
    else list.addSubnet(base, Number(length));
  }
  return list.check(address);
}
