import { completionScript } from '../../src/lib/cli/completion-script.ts';
import { renderCertificateScript } from '../../src/lib/desired/postgres/certificate-script.ts';
import { renderRecorder } from '../../src/lib/desired/units/record-script.ts';
import { factsScript } from '../../src/lib/fleet/facts/script.ts';
import { leaseScript } from '../../src/lib/fleet/ledger/lease.ts';
import { jobLedgerScript } from '../../src/lib/operations/schedule/ledger-line.ts';
import { renderMoveScript } from '../../src/lib/lab/clock/move-script.ts';
import { reachScript } from '../../src/lib/lab/clock/reach-script.ts';
import { renderLayerScript } from '../../src/lib/lab/image.ts';
import type { JobSpec } from '../../src/lib/manifest/job.ts';
import { confirmScript } from '../../src/lib/operations/deploy/confirm-script.ts';
import { armedGateScript, type Gated } from '../../src/lib/operations/deploy/gate-script.ts';
import { prepareScript } from '../../src/lib/operations/deploy/prepare-script.ts';
import { pruneScript } from '../../src/lib/operations/deploy/prune-script.ts';
import { reloadScript } from '../../src/lib/operations/deploy/reload-script.ts';
import { placeSecretsScript } from '../../src/lib/operations/deploy/secrets-script.ts';
import { switchScript } from '../../src/lib/operations/deploy/switch-script.ts';
import { undoScript } from '../../src/lib/operations/deploy/undo-script.ts';
import { hostScript } from '../../src/lib/operations/doctor/host.ts';
import { flagScript } from '../../src/lib/operations/flags/host-script.ts';
import { backAtWorkScript, drainScript, undrainScript } from '../../src/lib/operations/host/drain-script.ts';
import { patchScript, upgradesScript } from '../../src/lib/operations/host/patch-script.ts';
import { vitalsScript } from '../../src/lib/operations/host/vitals/vitals-script.ts';
import { attemptScript } from '../../src/lib/operations/network/attempt-script.ts';
import { endScript } from '../../src/lib/operations/network/tunnel-end-script.ts';
import { historyScript } from '../../src/lib/operations/schedule/history-script.ts';
import { jobStateScript } from '../../src/lib/operations/schedule/job-state.ts';
import { pauseScript, resumeScript } from '../../src/lib/operations/schedule/pause-script.ts';
import { runScript } from '../../src/lib/operations/schedule/run-script.ts';
import { LIST_CREDENTIALS } from '../../src/lib/operations/secrets/host-credentials.ts';
import { renderApply } from '../../src/platform/base/apply-script.ts';
import { rebootNeededFiles } from '../../src/platform/node-exporter/reboot-needed.ts';
import * as pgbouncer from '../../src/platform/pgbouncer/scripts.ts';
import { renderClusterScript } from '../../src/platform/postgres/cluster-script.ts';
import { renderHealthScript as postgresHealth } from '../../src/platform/postgres/health-script.ts';
import { renderSetupScript } from '../../src/platform/postgres/setup-script.ts';
import { renderHealthScript as exporterHealth } from '../../src/platform/redis-exporter/health-script.ts';
import { renderStartScript } from '../../src/platform/redis-exporter/start-script.ts';
import { renderClientScript } from '../../src/platform/redis/client-script.ts';
import { renderHealthScript as redisHealth } from '../../src/platform/redis/health-script.ts';
import { renderPrepareScript } from '../../src/platform/redis/prepare-script.ts';
import { wireguardScript } from '../../src/platform/wireguard/script.ts';
import { DEPLOY, DESIRED } from '../lib/operations/deploy/fixture.ts';
import { baseScope } from '../platform/base/base-scope.ts';

const GATED: Gated = {
  unit: DEPLOY.unit,
  port: 8099,
  health: { path: '/health', ready: '/ready', startSeconds: 8, stableSeconds: 2 },
  stopSeconds: 5,
  release: DEPLOY.digest,
};
const JOB: JobSpec = {
  name: 'poll',
  does: 'polls',
  calendar: 'hourly',
  command: '/bin/true',
  timeoutSeconds: 60,
};
const PLACED = { service: 'scraper', job: JOB };
const BY = { id: DEPLOY.id, by: DEPLOY.by };
const UNITS = ['unde-hello.service'];
const FACTS = {
  services: [
    { name: 'hello', unit: DEPLOY.unit, port: 8099, health: GATED.health, flags: true },
    {
      name: 'mute',
      flags: true,
      unit: 'mute.service',
      health: { command: 'true', startSeconds: 5, stableSeconds: 1 },
      companions: ['mute.timer'],
    },
  ],
  files: ['hello', 'mute'].map((name) => ({ path: `/etc/unde/${name}.env`, sha256: DEPLOY.digest })),
  packages: ['bash'],
  foreignPackages: ['etcd'],
  releases: [{ service: 'hello', digest: DEPLOY.digest, blobs: [DEPLOY.digest, DEPLOY.generation] }],
  ledgerLines: 10,
  sampleCpu: true,
  probeHealth: true,
};

/**
 * Every script that is made from parts, with parameters as they come, by the file that makes it: what shellcheck reads
 * beside the `.sh` files themselves.
 */
export function renderedScripts(): ReadonlyMap<string, string> {
  const base = renderApply(baseScope({ user: 'ops' }))[0]?.content ?? '';
  const reboot = rebootNeededFiles()[0]?.content ?? '';
  return new Map([
    ['cli/completion', completionScript('bash')],
    ['desired/certificate', renderCertificateScript('postgres', 'postgres', '/run/unde/postgres')],
    ['desired/record', renderRecorder('scraper', [JOB], 'UTC')],
    ['fleet/facts', factsScript(FACTS)],
    ['schedule/ledger', jobLedgerScript(BY.id, BY.by, 'run', 'scraper', 'job poll')],
    ['fleet/lease', leaseScript(['hello'], BY.by, 'a reason')],
    ['lab/clock-move', renderMoveScript(3600)],
    ['lab/clock-reach', reachScript()],
    ['lab/layer', renderLayerScript(['curl'])],
    ['deploy/confirm', confirmScript(DEPLOY, 'c0ffee', 3)],
    ['deploy/prepare', prepareScript(DEPLOY.id, { ...DESIRED, packages: ['etcd'] })],
    ['deploy/prune', pruneScript('hello', 5)],
    ['deploy/reload', reloadScript('hello', GATED, 'id by deploy hello new old')],
    ['deploy/secrets', placeSecretsScript('hello', ['token'])],
    ['deploy/switch', `${switchScript(DEPLOY, 35, 'before')}\n${armedGateScript(DEPLOY, GATED)}`],
    ['deploy/undo', undoScript(DEPLOY)],
    ['doctor/host', hostScript()],
    [
      'flags/host',
      flagScript({
        services: [{ name: 'hello', port: 8099, health: '/health' }],
        lock: true,
        previous: 5,
        probe: true,
      }),
    ],
    ['host/back-at-work', backAtWorkScript(':')],
    ['host/drain', drainScript({ by: BY.by, reason: 'new disk', units: UNITS, record: ':' })],
    ['host/patch', patchScript([{ name: 'openssl', from: '1', to: '2', security: true }])],
    ['host/undrain', undrainScript()],
    ['host/upgrades', upgradesScript()],
    ['host/vitals', vitalsScript()],
    ['network/attempt', attemptScript([{ address: '198.18.0.4', port: 22 }])],
    ['network/tunnel-end', endScript([{ interface: 'wg-app', far: '198.18.0.4' }])],
    ['schedule/history', historyScript(PLACED, 5)],
    ['schedule/job-state', jobStateScript([PLACED, { ...PLACED, service: 'push' }])],
    ['schedule/pause', pauseScript(PLACED, BY, 'a reason')],
    ['schedule/resume', resumeScript(PLACED, BY, true)],
    ['schedule/run', runScript(PLACED, { ...BY, wait: true })],
    ['secrets/list', LIST_CREDENTIALS],
    ['platform/base', base],
    ['platform/node-exporter', reboot],
    ['platform/pgbouncer-health', pgbouncer.renderHealthScript()],
    ['platform/pgbouncer-metrics', pgbouncer.renderMetricsScript()],
    ['platform/postgres-cluster', renderClusterScript()],
    ['platform/postgres-health', postgresHealth('staging')],
    [
      'platform/postgres-setup',
      renderSetupScript('production', [
        { service: 'ximilar-gw', use: { database: 'production', role: 'ximilar_gw', title: 'Password' } },
      ]),
    ],
    ['platform/redis-client', renderClientScript()],
    ['platform/redis-exporter-health', exporterHealth()],
    ['platform/redis-exporter-start', renderStartScript('redis-password')],
    ['platform/redis-health', redisHealth('broker')],
    ['platform/redis-prepare', renderPrepareScript('broker', 0)],
    ['platform/wireguard', wireguardScript()],
  ]);
}
