import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { dropIn, renderedFile } from '../../lib/desired/units/rendered-file.ts';
import { addressFrom } from '../../lib/desired/scope/scope-at.ts';
import { yamlText } from '../../lib/common/text/yaml-text.ts';
import { DATA_SOURCE, dashboardJson, type Dashboard } from './dashboards/dashboard.ts';
import { serviceDashboard } from './dashboards/service.ts';
import { siteDashboard } from './dashboards/site.ts';

/** The credential with the password of Grafana's admin. */
export const ADMIN_PASSWORD = 'grafana-admin-password';

const FOLDER = '/etc/unde/grafana/dashboards';
const SET_PASSWORD = '/usr/local/lib/unde/grafana-admin-password';

/** Grafana takes the password from its environment only when it makes its database; later ones are set here. */
const SET_PASSWORD_TEXT = `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -eu
if [[ ! -e /var/lib/grafana/grafana.db ]]; then exit 0; fi
exec grafana cli --homepath /usr/share/grafana --config /etc/grafana/grafana.ini --configOverrides cfg:default.paths.data=/var/lib/grafana admin reset-admin-password --password-from-stdin <"$CREDENTIALS_DIRECTORY/${ADMIN_PASSWORD}"
`;

/** Everything that Grafana reads: where Prometheus is, and the dashboards. */
export function grafanaFiles(scope: RenderScope): RenderedFile[] {
  return [
    renderedFile('/etc/grafana/provisioning/datasources/unde.yaml', yamlText(dataSources(scope))),
    renderedFile('/etc/grafana/provisioning/dashboards/unde.yaml', yamlText(PROVIDER)),
    ...dashboards(scope).map((dashboard) => ({
      path: `${FOLDER}/${dashboard.uid}.json`,
      content: dashboardJson(dashboard),
      mode: 0o644,
    })),
    { path: SET_PASSWORD, content: SET_PASSWORD_TEXT, mode: 0o755 },
    dropIn('grafana-server.service', [
      '[Service]',
      // Operators come by SSH: ssh -L 3000:127.0.0.1:3000.
      'Environment=GF_SERVER_HTTP_ADDR=127.0.0.1',
      'Environment=GF_ANALYTICS_REPORTING_ENABLED=false GF_ANALYTICS_CHECK_FOR_UPDATES=false',
      'Environment=GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false GF_NEWS_NEWS_FEED_ENABLED=false',
      `Environment=GF_SECURITY_ADMIN_PASSWORD__FILE=%d/${ADMIN_PASSWORD}`,
      `LoadCredentialEncrypted=${ADMIN_PASSWORD}:${credentialFile('grafana', ADMIN_PASSWORD)}`,
      `ExecStartPre=${SET_PASSWORD}`,
    ]),
  ];
}

/** One dashboard a site, and one for each service that says something of itself. */
export function dashboards({ inventory, manifests }: RenderScope): Dashboard[] {
  const { sites, thresholds } = inventory;
  const alerts = manifests.flatMap((manifest) => manifest.alerts ?? []);
  return [
    ...sites.map(({ name }) => siteDashboard(name, alerts, thresholds)),
    ...manifests.flatMap((manifest) => serviceDashboard(manifest, thresholds) ?? []),
  ];
}

const PROVIDER = {
  apiVersion: 1,
  providers: [
    {
      name: 'unde',
      folder: 'UNDE',
      type: 'file',
      disableDeletion: false,
      allowUiUpdates: false,
      options: { path: FOLDER },
    },
  ],
};

function dataSources(scope: RenderScope) {
  const [prometheus] = scope.placementsOf('prometheus');
  const port = scope.manifests.find(({ name }) => name === 'prometheus')?.port;
  return {
    apiVersion: 1,
    datasources:
      prometheus === undefined || port === undefined
        ? []
        : [
            {
              name: 'Prometheus',
              ...DATA_SOURCE,
              access: 'proxy',
              url: `http://${addressFrom(scope, prometheus)}:${port}`,
              isDefault: true,
              editable: false,
              jsonData: { timeInterval: '15s', httpMethod: 'POST' },
            },
          ],
  };
}
