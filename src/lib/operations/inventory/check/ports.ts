import { areColocated } from '../../../inventory/address-claims.ts';
import { type Finding, type CheckSubject, hostLine } from './finding.ts';

interface Listener {
  readonly service: string;
  /** `8003/tcp` */
  readonly socket: string;
}

/** Two services that listen on one port of one machine; co-located hosts are one machine. */
export function checkPorts(fleet: CheckSubject): readonly Finding[] {
  const { hosts } = fleet.inventory;
  return hosts.flatMap((host, index) => {
    const own = listeners(fleet, host.services);
    const clashes = own.flatMap((a, position) =>
      own
        .slice(0, position)
        .filter((b) => b.socket === a.socket)
        .map((b) => finding(fleet, index, a, b.service)),
    );
    const across = hosts.slice(0, index).flatMap((other) =>
      areColocated(host, other)
        ? own.flatMap((a) =>
            listeners(fleet, other.services)
              // The same service declared on both names of one machine is one service.
              .filter((b) => b.socket === a.socket && b.service !== a.service)
              .map((b) => finding(fleet, index, a, `${b.service} of ${other.name}, the same machine,`)),
          )
        : [],
    );
    return [...clashes, ...across];
  });
}

function finding({ inventory }: CheckSubject, index: number, a: Listener, other: string): Finding {
  const host = inventory.hosts[index] as CheckSubject['inventory']['hosts'][number];
  return {
    code: 'PORT_CLASH',
    severity: 'error',
    message: `on ${host.name}, ${a.service} and ${other} both listen on ${a.socket}`,
    line: hostLine(inventory, host, 'services'),
    hint: 'move one of them to another host, or give it another port',
  };
}

function listeners({ inventory, manifests }: CheckSubject, services: readonly string[]): Listener[] {
  return services.flatMap((service) => {
    const manifest = manifests.find(({ name }) => name === service);
    if (manifest !== undefined) {
      return manifest.port === undefined ? [] : { service, socket: `${manifest.port}/tcp` };
    }
    const planned = inventory.planned[service];
    return planned?.port === undefined ? [] : { service, socket: `${planned.port}/${planned.protocol}` };
  });
}
