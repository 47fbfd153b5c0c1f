import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { renderCertificateScript } from '../../lib/desired/postgres/certificate-script.ts';
import { databaseBeside } from '../../lib/desired/postgres/database-beside.ts';
import { renderConfig } from './config.ts';
import {
  CERTIFICATE_SCRIPT,
  CONFIG,
  HEALTH_SCRIPT,
  METRICS_SCRIPT,
  METRICS_TIMER,
  RUN,
  UNIT,
  USER_UNIT,
} from './paths.ts';
import { renderHealthScript, renderMetricsScript } from './scripts.ts';
import { renderDropIn, renderMetricsUnits, renderUserUnit } from './unit.ts';

const UNITS = '/etc/systemd/system';

/** Renders everything that PgBouncer has on a host. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  const metrics = renderMetricsUnits();
  const addresses = ['127.0.0.1', scope.addressOf(scope.host)];
  return [
    { path: CONFIG, content: renderConfig(databaseBeside(scope, 'pgbouncer'), addresses), mode: 0o644 },
    { path: `${UNITS}/${UNIT}.d/unde.conf`, content: renderDropIn(), mode: 0o644 },
    { path: `${UNITS}/${USER_UNIT}`, content: renderUserUnit(), mode: 0o644 },
    {
      path: CERTIFICATE_SCRIPT,
      content: renderCertificateScript('pgbouncer', 'pgbouncer', RUN),
      mode: 0o755,
    },
    { path: HEALTH_SCRIPT, content: renderHealthScript(), mode: 0o755 },
    { path: METRICS_SCRIPT, content: renderMetricsScript(), mode: 0o755 },
    {
      path: `${UNITS}/${METRICS_TIMER.replace('.timer', '.service')}`,
      content: metrics.service,
      mode: 0o644,
    },
    { path: `${UNITS}/${METRICS_TIMER}`, content: metrics.timer, mode: 0o644 },
  ];
}
