import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { forwarding } from './forward.ts';
import { renderRuleset } from './ruleset.ts';

/** The interfaces that Docker, Podman and libvirt make first; where one exists, the host has guests. */
const GUEST_INTERFACES = ['docker0', 'podman0', 'virbr0'];

/** Renders the rules, and what Debian's unit lacks. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  return [
    { path: '/etc/nftables.conf', content: renderRuleset(scope), mode: 0o755 },
    {
      path: '/etc/systemd/system/nftables.service.d/unde.conf',
      content: renderDropIn(forwarding(scope) === 'drop'),
      mode: 0o644,
    },
  ];
}

/** @param guarded Whether the rules drop everything that is forwarded, as suits no host with containers. */
function renderDropIn(guarded: boolean): string {
  const guard = `for interface in ${GUEST_INTERFACES.join(' ')}; do [ ! -e "/sys/class/net/$$interface" ] || { echo "$$interface exists: these rules would cut its guests off; set forward: guests under settings of this host" >&2; exit 1; }; done`;
  return `# Rendered by unde.
[Service]
# A restart leaves no gap: new rules take the place of the old in one transaction, so nothing is flushed before.
ExecStop=
${guarded ? `ExecStartPre=/bin/sh -c '${guard}'\n` : ''}# What status compares with: rules that somebody changes by hand are not these.
ExecStartPost=-/bin/sh -c 'mkdir -p /run/unde && nft -s list table inet unde | sha256sum >/run/unde/firewall.loaded'
`;
}
