import { environmentFile, PAUSED, serviceDirectory, unitName } from '../../common/layout/layout.ts';
import type { JobSpec } from '../../manifest/job.ts';
import type { RenderedFile } from '../../manifest/rendered-file.ts';
import { declaredMetrics } from './declared-metrics.ts';
import { recorder } from './job-layout.ts';
import { jobBase, jobUnitNames } from './job-name.ts';
import { renderRecorder } from './record-script.ts';

const RENDERED = '# Rendered by unde from the manifest and the inventory; changes made here are drift.';

/** What a service's jobs are on a host. */
export interface RenderedJobs {
  readonly files: readonly RenderedFile[];
  /** The timers to enable and start, unless they are paused. */
  readonly timers: readonly string[];
}

/**
 * Renders the scheduled jobs of a service as oneshot units with timers; a pure function.
 *
 * A job never overlaps itself, since a unit cannot run twice. A run that was missed while the host was down is made up
 * once. Each run is recorded by its own unit, for `unde schedule history` and for Prometheus.
 *
 * @param timeZone The fleet's, e.g. `UTC`; calendars are read in it.
 */
export function jobUnits(service: string, jobs: readonly JobSpec[], timeZone: string): RenderedJobs {
  if (jobs.length === 0) return { files: [], timers: [] };
  return {
    files: [
      { path: recorder(service), content: renderRecorder(service, jobs, timeZone), mode: 0o755 },
      unitFile(dueUnit(service, ''), renderDueUnit(service)),
      ...jobs.flatMap((job) => {
        const units = jobUnitNames(service, job);
        return [
          unitFile(units.service, renderJobService(service, job)),
          unitFile(units.timer, renderJobTimer(service, job, timeZone)),
        ];
      }),
      declaredMetrics(service, jobs),
    ],
    timers: jobs.map((job) => jobUnitNames(service, job).timer),
  };
}

function unitFile(name: string, lines: readonly string[]): RenderedFile {
  return { path: `/etc/systemd/system/${name}`, content: `${lines.join('\n')}\n`, mode: 0o644 };
}

/** The unit that works out, whenever a timer starts, by when the job must have run. */
function dueUnit(service: string, job: string): string {
  return `unde-job-${service}@${job}.service`;
}

function renderDueUnit(service: string): string[] {
  return [
    RENDERED,
    '[Unit]',
    `Description=UNDE: when job %i of ${service} is due`,
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${recorder(service)} due %i`,
    'TimeoutStartSec=30',
  ];
}

function renderJobService(service: string, job: JobSpec): string[] {
  const record = recorder(service);
  return [
    RENDERED,
    '[Unit]',
    `Description=UNDE job ${job.name} of ${service}: ${verbatim(job.does)}`,
    'Wants=network-online.target',
    'After=network-online.target',
    // An operator may run a job as often as he likes; nothing restarts it by itself.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStartPre=+-${record} started ${job.name}`,
    `ExecStart=${job.command.replaceAll('{{directory}}', serviceDirectory(service))}`,
    // Recording must never make a good run a failed one.
    `ExecStopPost=+-${record} ended ${job.name}`,
    `TimeoutStartSec=${job.timeoutSeconds}`,
    `SyslogIdentifier=${jobBase(service, job)}`,
    ...userLines(service, job.user ?? 'root'),
    ...SANDBOX,
  ];
}

/** Nothing that a job of any kind needs; what it may write is its user's matter. */
const SANDBOX = [
  'NoNewPrivileges=yes',
  'PrivateTmp=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'RestrictRealtime=yes',
  'LockPersonality=yes',
];

/** Whom a job runs as. As its service's own user it has the service's settings and folder, too. */
function userLines(service: string, user: string): string[] {
  if (user === 'root') return [];
  const unprivileged = [
    `User=${user}`,
    'CapabilityBoundingSet=',
    'ProtectHome=yes',
    'PrivateDevices=yes',
    'RestrictNamespaces=yes',
    'RestrictSUIDSGID=yes',
  ];
  if (`${user}.service` !== unitName(service)) return [...unprivileged, 'ProtectSystem=full'];
  return [
    ...unprivileged,
    'ProtectSystem=strict',
    'DynamicUser=yes',
    `StateDirectory=${user}`,
    `WorkingDirectory=%S/${user}`,
    `EnvironmentFile=-${environmentFile(service)}`,
    'UMask=0077',
  ];
}

function renderJobTimer(service: string, job: JobSpec, timeZone: string): string[] {
  const due = dueUnit(service, job.name);
  return [
    RENDERED,
    '[Unit]',
    `Description=UNDE job ${job.name} of ${service}: its times`,
    // `unde schedule pause` outlives a boot.
    `ConditionPathExists=!${PAUSED}/%n`,
    `Wants=${due}`,
    `After=${due}`,
    '',
    '[Timer]',
    `OnCalendar=${job.calendar} ${timeZone}`,
    // A run that was missed is made up, once however many were.
    'Persistent=true',
    'AccuracySec=1s',
    // Spread over hosts, yet at the same time every day on each.
    ...(job.jitterSeconds === undefined
      ? []
      : [`RandomizedDelaySec=${job.jitterSeconds}`, 'FixedRandomDelay=true']),
    '',
    '[Install]',
    'WantedBy=timers.target',
  ];
}

/** Text in which systemd must see no specifiers. */
function verbatim(text: string): string {
  return text.replaceAll('%', '%%');
}
