import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { PROBE_KINDS, probes, type Probe, type ProbeKind } from '../../lib/desired/monitoring/probes.ts';
import { addressFrom } from '../../lib/desired/scope/scope-at.ts';
import { scrapeTargets, type ScrapeTarget } from '../../lib/desired/monitoring/targets.ts';
import { yamlText, type YamlValue } from '../../lib/common/text/yaml-text.ts';

/** Where the rule file is rendered to. */
export const RULES = '/etc/prometheus/unde-rules.yml';

/** The certificate of the fleet's own authority; rendered only where something speaks TLS. */
export const AUTHORITY = '/etc/prometheus/unde-authority.pem';

/** The credential with Prometheus' own key and certificate, for endpoints that ask for one. */
export const CERTIFICATE = 'prometheus-certificate';

const OWN = `/run/credentials/prometheus.service/${CERTIFICATE}`;

/** One file holds the key and the certificate; each reader takes its part. */
const TLS = { ca_file: AUTHORITY, cert_file: OWN, key_file: OWN };

/** prometheus.yml: whom to ask, how often, and whom to tell. */
export function prometheusConfig(scope: RenderScope): string {
  return yamlText({
    global: {
      scrape_interval: '15s',
      // A host that died is noticed one timeout after the next scrape; nothing here takes a second to answer.
      scrape_timeout: '5s',
      evaluation_interval: '15s',
    },
    rule_files: [RULES],
    alerting: { alertmanagers: [{ static_configs: [{ targets: endpoints(scope, 'alertmanager') }] }] },
    scrape_configs: [...scrapeConfigs(scrapeTargets(scope)), ...probeConfigs(scope)],
  });
}

/** Whether anything is scraped over TLS: Prometheus then needs a certificate of its own. */
export function speaksTls(scope: RenderScope): boolean {
  return scrapeTargets(scope).some(({ scheme }) => scheme === 'https');
}

function endpoints(scope: RenderScope, service: string): string[] {
  const port = scope.manifests.find(({ name }) => name === service)?.port;
  return port === undefined
    ? []
    : scope.placementsOf(service).map((host) => `${addressFrom(scope, host)}:${port}`);
}

function scrapeConfigs(targets: readonly ScrapeTarget[]): YamlValue[] {
  const jobs = Map.groupBy(targets, jobName);
  return [...jobs].flatMap(([job_name, list]): YamlValue[] => {
    const [first] = list;
    if (first === undefined) return [];
    return [
      {
        job_name,
        metrics_path: first.path === '/metrics' ? undefined : first.path,
        ...(first.scheme === 'https' ? { scheme: 'https', tls_config: TLS } : {}),
        honor_labels: first.honorLabels ? true : undefined,
        static_configs: list.map(({ job, address, labels }) => ({
          targets: [address],
          labels: job === job_name ? { ...labels } : { job, ...labels },
        })),
      },
    ];
  });
}

/** One configuration a service; a second one where a service has endpoints of two kinds. */
function jobName({ job, path, scheme }: ScrapeTarget): string {
  return [job, path === '/metrics' ? '' : path, scheme === 'https' ? 'https' : ''].filter(Boolean).join(' ');
}

function probeConfigs(scope: RenderScope): YamlValue[] {
  const [prober] = endpoints(scope, 'blackbox-exporter');
  if (prober === undefined) return [];
  const all = probes(scope);
  return PROBE_KINDS.flatMap((kind) =>
    probeConfig(
      kind,
      all.filter((probe) => probe.kind === kind),
      prober,
    ),
  );
}

/** A probe is a scrape of the prober that names what to try. */
function probeConfig(kind: ProbeKind, list: readonly Probe[], prober: string): YamlValue[] {
  if (list.length === 0) return [];
  return [
    {
      job_name: kind,
      metrics_path: '/probe',
      params: { module: [kind] },
      static_configs: list.map(({ target, labels }) => ({ targets: [target], labels })),
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { target_label: '__address__', replacement: prober },
      ],
    },
  ];
}
