import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { renderFiles } from './files.ts';

/**
 * nftables from Debian, with rules that follow from who connects to whom in the manifests. A rule that locks the
 * operator out is taken back like every deploy that nobody confirms over a fresh connection.
 */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'firewall',
  purpose: 'lets through what the manifests declare, SSH from the management range, and nothing else',
  packages: ['nftables'],
  unit: 'nftables.service',
  rolling: 'independent',
  health: {
    // What was loaded is written down by the unit itself (ExecStartPost); a rule added or flushed by hand shows.
    command:
      '[[ $(nft -s list table inet unde 2>/dev/null | sha256sum) == "$(cat /run/unde/firewall.loaded 2>/dev/null)" ]] || { echo "the rules in the kernel are not those that were loaded: somebody changed them by hand"; exit 1; }',
    startSeconds: 15,
    stableSeconds: 2,
  },
  metrics: [],
  settings: [
    {
      variable: 'MANAGEMENT',
      key: 'management',
      type: 'list',
      default: [],
      purpose:
        'addresses and networks that operators log in from; while there are none, SSH is open to anybody',
    },
    {
      variable: 'OPEN',
      key: 'open',
      type: 'list',
      default: [],
      purpose:
        'ports of what is not in any manifest, each as PORT/PROTOCOL@SOURCE; the source is internet, fleet, a host or a network: 443/tcp@internet',
    },
    {
      variable: 'FORWARD',
      key: 'forward',
      type: 'string',
      default: 'drop',
      purpose:
        'drop, or guests where containers or virtual machines live on the host: they may ask for anything, and are asked only as declared',
    },
  ],
  files: renderFiles,
};
