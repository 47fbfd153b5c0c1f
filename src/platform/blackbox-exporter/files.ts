import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { dropIn, flagsFile, renderedFile } from '../../lib/desired/units/rendered-file.ts';
import { listenAddress } from '../../lib/desired/scope/scope-at.ts';
import { yamlText } from '../../lib/common/text/yaml-text.ts';

const CONFIG = '/etc/prometheus/unde-blackbox.yml';

/** One module for each kind of probe; the fleet is IPv4 only. */
const MODULES = {
  ping: { prober: 'icmp', timeout: '3s', icmp: { preferred_ip_protocol: 'ip4' } },
  ready: {
    prober: 'http',
    timeout: '4s',
    http: { preferred_ip_protocol: 'ip4', valid_status_codes: [200], follow_redirects: false },
  },
  // Only the date is looked at: whether the chain is trusted, its users say themselves.
  tls: {
    prober: 'tcp',
    timeout: '4s',
    tcp: { preferred_ip_protocol: 'ip4', tls: true, tls_config: { insecure_skip_verify: true } },
  },
};

/** Everything that the blackbox exporter reads. */
export function blackboxFiles(scope: RenderScope): RenderedFile[] {
  return [
    flagsFile('prometheus-blackbox-exporter', [
      `--config.file=${CONFIG}`,
      `--web.listen-address=${listenAddress(scope, ['prometheus'])}:9115`,
    ]),
    renderedFile(CONFIG, yamlText({ modules: MODULES })),
    dropIn('prometheus-blackbox-exporter.service', [
      '[Unit]',
      'StartLimitIntervalSec=0',
      '[Service]',
      'Restart=always',
      'RestartSec=2',
      // Lets programs ping without a right of their own, as systemd's defaults do where they are installed; the
      // capability that Debian offers is taken away again by the empty one that it writes to the program's file.
      `ExecStartPre=+-/bin/sh -c 'echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range'`,
      'CapabilityBoundingSet=',
      'NoNewPrivileges=yes',
    ]),
  ];
}
