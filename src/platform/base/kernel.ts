import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { RENDERED } from './rendered.ts';

/** The file with the kernel's settings; services that need others render files with a higher number. */
export const KERNEL_SETTINGS = '/etc/sysctl.d/50-unde-base.conf';

const SETTINGS: Readonly<Record<string, number>> = {
  // A host that panics comes back by itself.
  'kernel.panic': 10,
  // What processes and the kernel itself hold in memory is nobody else's business.
  'kernel.dmesg_restrict': 1,
  'kernel.kptr_restrict': 1,
  // Nobody tells our hosts by the way where to send packets.
  'net.ipv4.conf.all.accept_redirects': 0,
  'net.ipv4.conf.default.accept_redirects': 0,
  'net.ipv4.conf.all.accept_source_route': 0,
  'net.ipv4.conf.all.send_redirects': 0,
  'net.ipv4.conf.default.send_redirects': 0,
  'net.ipv6.conf.all.accept_redirects': 0,
  'net.ipv6.conf.default.accept_redirects': 0,
  'net.ipv4.tcp_syncookies': 1,
  // Services would rather have their memory than an idle page of it on the disk; databases set less.
  'vm.swappiness': 10,
};

/** Renders the kernel's settings that every host has. A minus sign: a kernel that lacks one, or a container, goes on. */
export function renderKernel(): RenderedFile[] {
  return [
    {
      path: KERNEL_SETTINGS,
      content: [RENDERED, ...Object.entries(SETTINGS).map(([key, value]) => `-${key} = ${value}`), ''].join(
        '\n',
      ),
      mode: 0o644,
    },
  ];
}
